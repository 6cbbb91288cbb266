/* ui_form.c - what the pieces ask a form. Names a form does not declare are a bug. */
#include "foundation/ui/ui.h"
#include "foundation/ui/ui_page.h"

static size_t at(const Form *f, Str name) {
    must(f != NULL);
    for (size_t i = 0; i < f->n; i++) {
        if (str_eq(str_c(f->spec[i].name), name)) return i;
    }
    must(!"the form declares this field");
    return 0;
}

Str ui_form_value(const Form *f, Str name) {
    size_t i = at(f, name);
    return f->spec[i].kind == P_SECRET ? STR_NONE : f->v[i].text;
}

const char *ui_form_error(const Form *f, Str name) { return f->v[at(f, name)].error; }
const char *ui_form_label(const Form *f, Str name) { return f->spec[at(f, name)].label; }
bool ui_form_needed(const Form *f, Str name) { return f->spec[at(f, name)].required; }
int64_t ui_form_length(const Form *f, Str name) { return param_length_max(&f->spec[at(f, name)]); }

bool ui_form_chosen(const Form *f, Str name, Str value) {
    const Value *v = &f->v[at(f, name)];
    if (!f->spec[at(f, name)].many) return v->given && (f->spec[at(f, name)].kind == P_BOOL ? v->num != 0 : str_eq(v->text, value));
    for (size_t i = 0; i < v->n; i++) {
        if (str_eq(v->all[i], value)) return true;
    }
    return false;
}

bool ui_form_bad(const Form *f) { return f != NULL && (f->errors > 0 || f->error != NULL); }
const char *ui_form_whole_error(const Form *f) { return f->error; }
int64_t ui_form_error_count(const Form *f) { return (int64_t)f->errors; }

const UiFieldError *ui_form_errors(const UiCtx *ui, const Form *f, size_t *out_n) {
    UiFieldError *list = ARENA_ARRAY(ui->a, UiFieldError, f->n + 1);
    size_t n = 0;
    for (size_t i = 0; i < f->n; i++) {
        if (f->v[i].error == NULL) continue;
        list[n++] = (UiFieldError){ .name = str_c(f->spec[i].name), .label = f->spec[i].label, .error = f->v[i].error };
    }
    *out_n = n;
    return list;
}
