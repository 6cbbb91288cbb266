/* request_in.h - apply functions of requests and checks. */
#ifndef KETEN_REQUEST_IN_H
#define KETEN_REQUEST_IN_H
#include "core/case/request.h"
Err apply_request_made(Db *db, const Act *a);
Err apply_request_event(Db *db, const Act *a);
Err apply_location_checked(Db *db, const Act *a);
#endif
