/* question_pages.h - routes of the questions. Inside steps/supervise only. */
#ifndef KETEN_QUESTION_PAGES_H
#define KETEN_QUESTION_PAGES_H
#include "core/step/step.h"
Err questions_page(Ctx *ctx, const Request *req, Response *res);
Err question_page(Ctx *ctx, const Request *req, Response *res);
Err question_csv(Ctx *ctx, const Request *req, Response *res);
#endif
