/* official_in.h - inside the official files of steps/supervise only. */
#ifndef KETEN_OFFICIAL_IN_H
#define KETEN_OFFICIAL_IN_H
#include "steps/supervise/official.h"
Err apply_sor_read(Db *db, const Act *a);
#endif
