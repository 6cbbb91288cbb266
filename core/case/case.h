/* case.h - what the seven steps share: organisations, people, cases, incidents, locations, clocks, silence, proposals,
 * consent, shares, notes, messages. Their acts are declared here; steps build them with the functions below and
 * commit them together with their own acts.
 *
 * Each act_* function only builds (arena memory); nothing happens until journal_commit. Glossary: law.md §8.
 */
#ifndef KETEN_CASE_H
#define KETEN_CASE_H
#include "core/journal/journal.h"

extern const ActDef *const core_acts[]; /* every act kind of this room, ended by NULL */

/* ---- organisations, teams, people ---- */
extern const ActDef act_org_made, act_team_made, act_user_added, act_user_enrolled, act_user_changed, act_user_lang, act_member_added, act_member_removed;
Act *org_make(Ctx *c, Id org, Str name, Str kind /* flagger|care|fund|ngo|law|authority|platform|university */, Str country, Str authority_code, Str lang, Str flagger_id);
Act *team_make(Ctx *c, Id org, Id team, Str name, Str pubkey32, bool intake);
Act *user_add(Ctx *c, Id org, Id user, Str login, Str name, uint32_t roles, Str lang);
Act *user_enrol(Ctx *c, Id user, Str pubkey32);
Act *user_change(Ctx *c, Id user, uint32_t roles, bool active, Str lang);
Act *user_set_lang(Ctx *c, Id user, Str lang);                      /* by the person alone */
Act *member_add(Ctx *c, Id team, Id user);
Act *member_remove(Ctx *c, Id team, Id user);
typedef struct UserRow { Id id, org; Str login, name, lang; uint32_t roles; bool active, enrolled; Str pubkey; } UserRow;
Err user_by_login(Ctx *c, Str login, UserRow *out) NODISCARD;
Err user_by_id(Ctx *c, Id id, UserRow *out) NODISCARD;
Err user_list(Ctx *c, Id org, UserRow **out, size_t *out_n) NODISCARD;
typedef struct TeamRow { Id id, org; Str name, pubkey; int64_t epoch; bool intake; } TeamRow;
Err team_list(Ctx *c, Id org, TeamRow **out, size_t *out_n) NODISCARD;
Err team_by_id(Ctx *c, Id id, TeamRow *out) NODISCARD;
Err team_intake(Ctx *c, Id org, TeamRow *out) NODISCARD;            /* where new reports go */
Err team_of_user(Ctx *c, Id user, TeamRow **out, size_t *out_n) NODISCARD; /* whose keys a sign-in unlocks: 16 at most */
Err member_list(Ctx *c, Id team, UserRow **out, size_t *out_n) NODISCARD;
/* Whether somebody active other than this person has the team's key; whether this person is the last one with the key of some team,
 * so that a closed account or new keys would lock its cases for ever. E_OUTSIDE: the key holder is away. */
Err team_key_elsewhere(Ctx *c, Id team, Id user, bool *out) NODISCARD;
Err team_key_last(Ctx *c, Id user, bool *out) NODISCARD;
typedef struct OrgRow { Id id; Str name, kind, country, authority, lang, flagger_id; } OrgRow;
Err org_by_id(Ctx *c, Id id, OrgRow *out) NODISCARD;
Err org_by_authority(Ctx *c, Str authority_code, OrgRow *out) NODISCARD; /* the organisation on this server that is this authority */
Err org_list(Ctx *c, OrgRow **out, size_t *out_n) NODISCARD;
/* What tells references of organisations on one server apart: nothing for the first, four letters of its id for another. */
enum { ORG_MARK = 8 };
Err org_mark(Db *db, Id org, char out[ORG_MARK]) NODISCARD;

/* ---- case ---- */
typedef struct CaseRow {
    Id id, org, team, claimed_by, merged_into;
    Str ref, source, lane, age_depicted, for_whom, safety, what, wishes, contact_mode, lang, risk_why, turn, next_duty, locator, close_why;
    int64_t risk, locations, incidents;
    bool active;
    UnixMs claim_until, next_due, opened, touched, read, paused, withdrawn, closed, erased;
} CaseRow;
Err case_by_id(Ctx *c, Id id, CaseRow *out) NODISCARD;
Err case_by_ref(Ctx *c, Str ref, CaseRow *out) NODISCARD;
Err case_by_locator(Ctx *c, Str locator, CaseRow *out) NODISCARD;

extern const ActDef act_case_opened, act_case_read, act_case_claimed, act_case_released, act_case_lane, act_case_risk, act_case_turn, act_case_paused, act_case_resumed,
    act_case_withdrawn, act_case_closed, act_case_reopened, act_case_merged, act_case_code_reissued, act_case_erased, act_case_erased_by_lead, act_case_worse, act_case_contact;
typedef struct CaseNew {
    Id case_id, team, org;
    Str source;        /* victim supporter worker police flagger web */
    Str age_depicted;  /* <12 12-15 16-17 18+ unknown */
    Str for_whom;      /* self friend child professional unknown */
    Str safety;        /* yes unsure no skipped */
    Str what;          /* comma-separated plain choices, or empty */
    Str wishes;        /* comma-separated, or empty */
    Str contact_mode;  /* none code safe */
    Str lang;          /* nl en */
    Str locator;       /* of the receipt code, or empty */
    UnixMs next_due;   /* when somebody must have looked at it */
} CaseNew;
/* Reference number (K-2026-000123), lane and risk follow from the facts by case_lane and case_risk. */
Act *case_open(Ctx *c, Id act_id, const CaseNew *n);
Str case_lane(Str age_depicted);                                    /* adult | minor | unknown (treated as minor) */
int64_t case_risk(Arena *a, const CaseNew *n, Str *out_why);        /* 1..4 and the codes of the reasons */
Act *case_seen(Ctx *c, Id case_id);                                 /* a person has looked: the first-look duty is met */
Act *case_claim(Ctx *c, Id case_id, UnixMs until);
Act *case_release(Ctx *c, Id case_id);
Act *case_set_lane(Ctx *c, Id case_id, Str lane, Str age_depicted);
Act *case_set_risk(Ctx *c, Id case_id, int64_t risk, Str why);
/* Whose turn it is and by when; committed with the act that changes it. */
Act *case_turn(Ctx *c, Id case_id, Str turn, Str duty, UnixMs due);
Act *case_pause(Ctx *c, Id case_id);
Act *case_resume(Ctx *c, Id case_id);
Act *case_withdraw(Ctx *c, Id case_id, Str what /* all notices filing; with clocks and requests: intake.h */);
Act *case_close(Ctx *c, Id case_id, Str why);                       /* refused while clocks run, unless why says so */
Act *case_reopen(Ctx *c, Id case_id, Str why);
Act *case_merge(Ctx *c, Id from_case, Id into_case);
Act *case_reissue(Ctx *c, Id case_id, Str new_locator);
/* The person says that it goes badly: highest risk, our turn, back in the queue when it had left it. due: when somebody must have looked. */
Act *case_worse(Ctx *c, Id case_id, UnixMs due);
/* How the person may be reached from now on; where and when follow as note_contact, in the same commit: they take the place of the
 * earlier ones. Refused in the minor's way: safe. act: the form's id. */
Act *case_contact(Ctx *c, Id act, Id case_id, Str mode /* none code safe */);
/* Tombstone act; the caller shreds the keys (vault_shred_scope) after it was committed, and fsck knows. */
Act *case_erase(Ctx *c, Id case_id, Str ground, Str by /* victim lead retention */);

/* The queue of one team: hours to the next deadline against a weight of the risk, most urgent first (queue_store.c). Of two
 * cases the one with the higher risk and the sooner deadline never stands below. Rows are whole; the reason is in words on the page. */
typedef enum QueueSort { QUEUE_URGENT, QUEUE_DEADLINE, QUEUE_CHANGED } QueueSort; /* CHANGED: last touched first; closed_too always so */
typedef struct QueueFilter { Id team; Str lane, turn, platform, offence, text_ref; bool mine, unclaimed, closed_too; int64_t risk_min; QueueSort sort; } QueueFilter;
typedef struct QueueRow { CaseRow row; double urgency; } QueueRow;
enum { QUEUE_LOOK_MAX = 5000, QUEUE_COUNT_MAX = 1000 };
/* out_all: exact without a filter; with one, counted up to QUEUE_COUNT_MAX and QUEUE_COUNT_MAX + 1 when there are more.
 * E_LIMIT beyond QUEUE_LOOK_MAX rows. */
Err case_queue(Ctx *c, const QueueFilter *f, size_t skip, size_t limit, QueueRow **out, size_t *out_n, int64_t *out_all) NODISCARD;
double case_urgency(const CaseRow *k, UnixMs now); /* least is most urgent */
/* Platforms that a case is on, most locations first; platform is an id of the law data, empty when unknown. */
typedef struct CasePlatform { Str platform; int64_t n; } CasePlatform;
Err case_platforms(Ctx *c, Id case_id, size_t limit, CasePlatform **out, size_t *out_n) NODISCARD;
/* Codes of the offences a case was classified under, each once. */
Err case_offences(Ctx *c, Id case_id, Str **out, size_t *out_n) NODISCARD;

/* ---- incidents: one case may hold several offences, each under its own code ---- */
extern const ActDef act_incident_added, act_incident_removed;
typedef struct IncidentRow { Id id; Str offence, online, age_depicted, age_now, synthetic, consent_made, consent_shared, threat, money, list_or_group, livestream, gender_stated, offence_date; UnixMs at; } IncidentRow;
Act *incident_add(Ctx *c, Id case_id, const IncidentRow *facets);   /* facet values: yes no unknown; dates ISO or empty */
Act *incident_remove(Ctx *c, Id case_id, Id incident);
Err incident_list(Ctx *c, Id case_id, IncidentRow **out, size_t *out_n) NODISCARD;

/* ---- locations: a known location joins, it never blocks ---- */
extern const ActDef act_location_added, act_location_joined;
typedef struct LocationNew { Str url_canonical, host, platform /* law id; empty: found by the host */, kind /* page image video profile list group */, source, note; Id act_id; } LocationNew;
typedef struct LocationResult { Id location; bool known_here, known_elsewhere; size_t other_cases; } LocationResult;
/* Builds the acts for many links at once (deduplicated within the batch as well); out_results[i] belongs to in[i].
 * Makes the locations' keys through the vault. out_acts may be committed with others in one transaction. */
Err location_add_many(Ctx *c, Id case_id, const LocationNew *in, size_t n, LocationResult *out_results, Act ***out_acts, size_t *out_acts_n) NODISCARD;
/* What adding would find, and nothing made: for a preview. Repeats within the batch are the caller's to see. */
Err location_look_many(Ctx *c, Id case_id, const LocationNew *in, size_t n, LocationResult *out_results) NODISCARD;
typedef struct LocationRow { Id id, org; Str url_sealed, platform, kind, verdict, verdict_why; UnixMs verdict_at, gone, seen, made, added; int64_t returned, checks; Str url; /* after location_open */ Err url_err; } LocationRow;
Err location_of_case(Ctx *c, Id case_id, size_t skip, size_t limit, LocationRow **out, size_t *out_n) NODISCARD;
/* Places of a case by what they have in common, oldest first: all; open (not proven gone); online (seen there at the last look); unasked (open, and no notice about
 * it stands). platform: an id, or empty. At most limit; *out_all: how many there are. */
Err location_pick(Ctx *c, Id case_id, Str scope, Str platform, size_t limit, Id **out, size_t *out_n, int64_t *out_all) NODISCARD;
/* The same page on another name: locations of this case with the same path and query on another host (a mirror, a renamed site), oldest first; *out_elsewhere: how many
 * more this organisation knows in other cases. A path that says little (fewer than 12 characters) makes no family. */
Err location_family(Ctx *c, Id case_id, Id location, size_t limit, LocationRow **out, size_t *out_n, int64_t *out_elsewhere) NODISCARD;
/* Places that this holder was asked about and that came back online after they were proven gone. */
Err location_returns(Ctx *c, Str holder, int64_t *out) NODISCARD;
typedef struct LocationCounts { int64_t all, gone, online /* seen online at the last look */; } LocationCounts;
Err location_counts(Ctx *c, Id case_id, LocationCounts *out) NODISCARD;
Err location_by_id(Ctx *c, Id location, LocationRow *out) NODISCARD;
Err location_open(Ctx *c, LocationRow *rows, size_t n) NODISCARD;   /* fills url; url_err E_MISSING when erased */
Err location_cases(Ctx *c, Id location, Id **out, size_t *out_n) NODISCARD;

/* ---- clocks: one per location × recipient × duty; never merged ---- */
extern const ActDef act_clock_started, act_clock_paused, act_clock_resumed, act_clock_met, act_clock_lapsed, act_clock_stopped, act_clock_moved;
typedef struct ClockNew { Id case_id, subject, location; Str duty /* C2 */, kind /* law policy promised court */, holder /* platform id, authority code or recipient id hex */, law_date; UnixMs from, due; } ClockNew;
typedef struct ClockRow { Id id, case_id, org, subject, location; Str duty, kind, holder, state, law_date, why; UnixMs from, due, met, lapsed, paused_from; } ClockRow;
Act *clock_start(Ctx *c, const ClockNew *n);                        /* the follow puts the lapse job at its due instant */
Act *clock_pause(Ctx *c, const ClockRow *k, Str why);
Act *clock_resume(Ctx *c, const ClockRow *k, UnixMs new_due);
Act *clock_move(Ctx *c, const ClockRow *k, UnixMs new_due, Str why);/* extension or promised date; keeps the old one in the record */
Act *clock_meet(Ctx *c, const ClockRow *k);
Act *clock_stop(Ctx *c, const ClockRow *k, Str why);                /* withdrawn, merged, erased */
Err clock_by_id(Ctx *c, Id id, ClockRow *out) NODISCARD;
Err clock_of_case(Ctx *c, Id case_id, ClockRow **out, size_t *out_n) NODISCARD;
Err clock_of_subject(Ctx *c, Id subject, ClockRow **out, size_t *out_n) NODISCARD;

/* ---- lapse: the silence is written down, and what may follow is proposed ---- */
extern const ActDef act_silence_recorded, act_proposal_made, act_proposal_decided;
typedef struct SilenceFacts { UnixMs sent, delivered; Str delivery /* delivered queued failed unknown */; int64_t answers, checks, online; Str last_verdict; } SilenceFacts;
/* What the law data opens when this duty lapses: code and ground of the step, whom it would go to, first instant it may lawfully be taken. */
typedef struct NextStep { Str code, target, ground /* id of the law data's table next: its words, form and article stand there */; UnixMs not_before; } NextStep;
/* The acts of a lapse: clock.lapsed, silence.recorded, one proposal for each next step, and the case's turn goes to us.
 * E_CONFLICT when the clock does not run or is not due. */
Err clock_lapse(Ctx *c, const ClockRow *k, const SilenceFacts *facts, const NextStep *steps, size_t steps_n, Act ***out_acts, size_t *out_n) NODISCARD;
/* Job "clock.lapse": who gathers the facts of a silence and the next steps, by the kind of object the clock belongs to (thing.kind).
 * Steps export one LapseKind; the jobs program joins them and calls clock_lapse_run for each due clock. */
struct LapseKind { ObjectKind kind; Err (*gather)(Ctx *c, const ClockRow *k, SilenceFacts *out_facts, NextStep **out_steps, size_t *out_n); };
Err clock_lapse_run(Ctx *c, Id clock, UnixMs *out_again) NODISCARD;   /* kinds: c->app->lapse */
/* Job "case.shred": destroys the keys of an erased case and of locations that no living case holds. */
Err case_shred_run(Ctx *c, Id case_id) NODISCARD;
typedef struct ProposalRow { Id id, case_id, clock; Str step, target, ground, state; UnixMs not_before, made, decided; } ProposalRow;
Err proposal_of_case(Ctx *c, Id case_id, bool open_only, ProposalRow **out, size_t *out_n) NODISCARD;
/* Those of one step that wait, of cases of this organisation, oldest first. */
Err proposal_open_of_step(Ctx *c, Id org, Str step, size_t limit, ProposalRow **out, size_t *out_n) NODISCARD;
Err proposal_by_id(Ctx *c, Id id, ProposalRow *out) NODISCARD;
Act *proposal_decide(Ctx *c, const ProposalRow *p, bool take, Str reason);

/* ---- consent, shares, parties, notes, messages ---- */
extern const ActDef act_consent_given, act_consent_withdrawn, act_share_made, act_share_ended, act_party_added,
    act_note_added /* facts */, act_note_care, act_note_identity, act_note_evidence, act_note_story, act_note_contact, act_message_sent, act_message_read;
Act *consent_give(Ctx *c, Id case_id, Str purpose /* notices captures filing:ACM referral police */, Str said_by);
Act *consent_withdraw(Ctx *c, Id case_id, Id consent);
Err consent_holds(Ctx *c, Id case_id, Str purpose, bool *out) NODISCARD;
typedef struct ConsentRow { Id id; Str purpose, said_by; UnixMs given, withdrawn; } ConsentRow;
Err consent_list(Ctx *c, Id case_id, ConsentRow **out, size_t *out_n) NODISCARD;
Act *share_make(Ctx *c, Id case_id, Id object, Id to_org, Str purpose, Str scope, UnixMs until);
Act *share_end(Ctx *c, Id case_id, Id share);
Act *party_add(Ctx *c, Id object, Id org);
Act *note_add(Ctx *c, Id case_id, FieldClass cls /* FACTS CARE IDENTITY EVIDENCE STORY */, Str kind, Str text);
/* From the person with the receipt code. kind: contact_way contact_hours contact_cover. Sealed with the story: the code reaches no further. */
Act *note_contact(Ctx *c, Id case_id, Str kind, Str text);
Act *message_send(Ctx *c, Id case_id, bool from_victim, Str text);
Act *message_seen(Ctx *c, Id case_id, Id message);
typedef struct MessageRow { Id id; bool from_victim; UnixMs at, read; Str text; Err err; } MessageRow;
Err message_list(Ctx *c, Id case_id, MessageRow **out, size_t *out_n) NODISCARD;
Err message_heads(Ctx *c, Id case_id, MessageRow **out, size_t *out_n) NODISCARD; /* the same without opening any text */
bool note_is_contact(Str kind);                                     /* how to reach the person, in whichever compartment */
typedef struct NoteRow { Id id; FieldClass cls; Str kind; UnixMs at; Id by; Str text; Err err; } NoteRow;
Err note_list(Ctx *c, Id case_id, NoteRow **out, size_t *out_n) NODISCARD;
Err note_own(Ctx *c, Id case_id, bool *out) NODISCARD;              /* did the person write an account (nothing is opened) */

/* ---- files, encrypted with a key of their own that is sealed for the case ---- */
extern const ActDef act_blob_kept;
/* Encrypts and writes the bytes durably under instance_dir/blobs; the act records digest and sealed key. */
/* kind: capture dossier letter mail post attachment; of: the object it belongs to (notice, filing, location ...), or none. Without a case: `of` is a scope
 * that was made before (vault_store_scopes), whose key seals it. */
Err blob_put(Ctx *c, Id case_id, Str kind, Id of, Str bytes, Id *out_blob, Act **out_act) NODISCARD;
typedef struct BlobRow { Id id, org, case_id, of; Str sha256 /* of what is stored */, key, kind; int64_t size; UnixMs made; bool own /* its key can be destroyed alone */; } BlobRow;
Err blob_row(Ctx *c, Id blob, BlobRow *out) NODISCARD;
Err blob_of_case(Ctx *c, Id case_id, Str kind /* empty: all */, BlobRow **out, size_t *out_n) NODISCARD; /* newest first */
Err blob_list(Ctx *c, Id after, size_t limit, BlobRow **out, size_t *out_n) NODISCARD; /* by id, for checking */
Err blob_check(Ctx *c, const BlobRow *row) NODISCARD;                 /* E_MISSING no file; E_INPUT other bytes than recorded */
Err blob_get(Ctx *c, Id blob, size_t max, Str *out_bytes) NODISCARD;  /* E_MISSING erased; E_INPUT damaged */
#endif
