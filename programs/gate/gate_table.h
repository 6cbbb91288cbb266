/* gate_table.h - small CSV files with a head: what the gate is told by files. */
#ifndef KETEN_GATE_TABLE_H
#define KETEN_GATE_TABLE_H
#include "foundation/base/base.h"

typedef struct GateTable { Arena *a; void *reader; size_t columns; size_t line; } GateTable;
/* E_INPUT when the head is not exactly this. */
Err gate_table_open(Arena *a, Str csv, const char *const *head, size_t n, GateTable *out, Str *out_why) NODISCARD;
/* E_MISSING at the end. Rows that are empty or begin with # are passed over. */
Err gate_table_next(GateTable *t, Str **out_fields, Str *out_why) NODISCARD;
#endif
