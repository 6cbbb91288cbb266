/* bank_room.h - what core/bank gives to the house. */
#ifndef KETEN_BANK_ROOM_H
#define KETEN_BANK_ROOM_H
#include "core/step/step.h"
extern const Step bank_room_step;
#endif
