#ifndef KETEN_CONTACT_IN_H
#define KETEN_CONTACT_IN_H
#include "core/case/contact.h"
Err apply_contact_added(Db *db, const Act *a);
Err apply_contact_checked(Db *db, const Act *a);
Err apply_contact_ended(Db *db, const Act *a);
#endif
