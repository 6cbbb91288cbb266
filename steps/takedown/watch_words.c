/* watch_words.c - phrases that pages say of themselves, in the languages of the services we meet. Lower case; matched anywhere in
 * lower-cased text (ASCII folded; other letters as they are written at the start of a sentence or in the middle of one). */
#include "steps/takedown/watch_words.h"

const char *const words_not_found[] = { "page not found", "not found", "404", "no longer available", "has been removed", "was removed", "does not exist", "doesn't exist", "been deleted", "content unavailable", "isn't available",
    "is not available", "unavailable for legal", "video unavailable", "pagina niet gevonden", "niet gevonden", "bestaat niet", "is verwijderd", "niet meer beschikbaar", "niet beschikbaar", "nicht gefunden", "existiert nicht",
    "nicht mehr verf", "wurde gel", "wurde entfernt", "page introuvable", "introuvable", "n'existe pas", "n'existe plus", "n'est plus disponible", "supprim", "no encontrada", "no existe", "ya no est", "eliminad", "non trovata",
    "non esiste", "rimosso", "nie znaleziono", "nie istnieje", "usuni", "nenalezena", "neexistuje", "odstran", "sayfa bulunamad", "bulunamad", "не найдена", "Не найдена", "не существует", "удален", "удалён", "n\xC3\xA3o encontrada",
    "n\xC3\xA3o existe", "removida", "hittades inte", "ikke fundet", "ei l\xC3\xB6ytynyt", "nu a fost g", "\xE8\xA6\x8B\xE3\x81\xA4\xE3\x81\x8B\xE3\x82\x8A\xE3\x81\xBE\xE3\x81\x9B", NULL };
const char *const words_login[] = { "log in", "login", "sign in", "sign up to continue", "inloggen", "log in om", "aanmelden", "anmelden", "einloggen", "connexion", "se connecter", "iniciar sesi", "accedi", "zaloguj", "p\xC5\x99ihl", "giri\xC5\x9F",
    "войти", "Войти", "entrar", NULL };
const char *const words_age[] = { "are you 18", "over 18", "18 years or older", "adults only", "age verification", "verify your age", "ben je 18", "18 jaar of ouder", "leeftijdscontrole", "alleen voor volwassenen", "bist du 18", "ab 18", "vous avez 18",
    "plus de 18", "mayor de 18", NULL };
const char *const words_robot[] = { "captcha", "are you a robot", "are you human", "verify you are human", "checking your browser", "just a moment", "ddos protection", "unusual traffic", "access denied", "enable javascript and cookies",
    "attention required", "toegang geweigerd", "zugriff verweigert", "acc\xC3\xA8s refus", "acceso denegado", "ben je een robot", NULL };
const char *const words_country[] = { "not available in your country", "not available in your region", "niet beschikbaar in jouw land", "niet beschikbaar in uw land", "in deinem land nicht", "in your location", "geo-blocked", "geoblocked",
    "pas disponible dans votre pays", NULL };
const char *const words_parked[] = { "domain is for sale", "domain for sale", "buy this domain", "this domain is parked", "parked free", "domein is te koop", "domain kaufen", "diese domain", "domain has expired", "hugedomains", "sedo", NULL };
const char *const words_busy[] = { "maintenance", "be back soon", "back shortly", "temporarily unavailable", "onderhoud", "tijdelijk niet", "wartung", "bald wieder", "en travaux", "mantenimiento", "manutenzione", "manuten\xC3\xA7\xC3\xA3o",
    "przerwa techniczna", "\xC3\xBA" "dr\xC5\xBE" "ba", "bak\xC4\xB1m", "технические работы", "Технические работы", "karbantart", "\xE3\x83\xA1\xE3\x83\xB3\xE3\x83\x86", "suspended", NULL };
