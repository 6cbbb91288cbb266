/* lang.h - the languages of the house, and the mark of a sentence that will be translated where it is shown. */
#ifndef KETEN_LANG_H
#define KETEN_LANG_H
typedef enum Lang { LANG_NL, LANG_EN, LANG_COUNT } Lang;
#define N_(literal) literal /* marks a msgid (the English sentence) for tools/po2c.py */
#endif
