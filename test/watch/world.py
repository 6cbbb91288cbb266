#!/usr/bin/env python3
"""A labelled world of pages for the watch: some 450 addresses on as many sites in 16 languages, first as they are online, then as they are later.
Use: world.py FOLDER - writes urls, labels.json and allow to FOLDER, prints "ready", and serves until stdin ends; the line "later" on stdin lets time pass.
Everything listens on this machine only. Pages carry what changes at each look: counters, times, tokens, other people's remarks."""
import asyncio, json, os, random, socket, struct, sys, threading, time

folder = sys.argv[1]
later = False
under_way, seen = {}, {}  # by host: requests under way; [most at once, last begun, least pause]

# Of each language: words to write with, and what sites say. The sentences are such as sites use; the watch knows only some of them.
LANGS = {
    "nl": dict(words="de het een van en in op met voor niet zijn maar dat die dit wie hoe waar video foto mensen avond huis straat water jaar dag vrienden muziek stad kijken lopen zien weten komen gaan groot klein nieuw oud mooi".split(),
               gone="Pagina niet gevonden. De pagina die je zoekt bestaat niet of is verwijderd.", removed="Deze video is door de beheerder verwijderd wegens schending van onze voorwaarden.", login="Log in om verder te gaan", password="Wachtwoord",
               age="Ben je 18 jaar of ouder?", geo="Deze inhoud is niet beschikbaar in jouw land.", robot="Ben je een robot? Los de captcha op.", busy="Wij zijn bezig met onderhoud. Kom later terug.", sale="Dit domein is te koop."),
    "en": dict(words="the a of and in on with for not are but that this who how where video photo people evening house street water year day friends music city look walk see know come go large small new old nice".split(),
               gone="Page not found. The page you are looking for does not exist.", removed="This video has been removed for violating our terms of use.", login="Log in to continue", password="Password",
               age="Are you 18 or older?", geo="This content is not available in your country.", robot="Checking your browser before accessing this site.", busy="We are down for maintenance. Please come back later.", sale="This domain is for sale. Buy this domain now."),
    "de": dict(words="der die das ein von und in auf mit fuer nicht sind aber dass diese wer wie wo Video Foto Menschen Abend Haus Strasse Wasser Jahr Tag Freunde Musik Stadt schauen gehen sehen wissen kommen gross klein neu alt".split(),
               gone="Seite nicht gefunden. Die gesuchte Seite existiert nicht.", removed="Dieses Video wurde wegen eines Verstosses gegen die Nutzungsbedingungen entfernt.", login="Bitte anmelden, um fortzufahren", password="Passwort",
               age="Bist du 18 Jahre oder älter?", geo="Dieser Inhalt ist in deinem Land nicht verfügbar.", robot="Zugriff verweigert. Bitte captcha lösen.", busy="Wartungsarbeiten. Wir sind bald wieder da.", sale="Diese Domain steht zum Verkauf. Domain kaufen."),
    "fr": dict(words="le la un une de et dans sur avec pour pas sont mais que ce qui comment ou video photo gens soir maison rue eau an jour amis musique ville regarder marcher voir savoir venir aller grand petit nouveau vieux".split(),
               gone="Page introuvable. La page demandée n'existe plus.", removed="Cette vidéo a été supprimée car elle enfreint nos règles.", login="Connexion requise pour continuer", password="Mot de passe",
               age="Avez-vous plus de 18 ans ? vous avez 18", geo="Ce contenu n'est pas disponible dans votre pays.", robot="Accès refusé. captcha", busy="Site en maintenance. Revenez plus tard.", sale="Ce domaine est à vendre. Buy this domain."),
    "es": dict(words="el la un una de y en sobre con para no son pero que este quien como donde video foto gente tarde casa calle agua ano dia amigos musica ciudad mirar andar ver saber venir ir grande chico nuevo viejo".split(),
               gone="Página no encontrada. La página que buscas no existe.", removed="Este video fue eliminado por infringir las normas.", login="Iniciar sesión para continuar", password="Contraseña",
               age="¿Eres mayor de 18 años? mayor de 18", geo="Este contenido no está disponible en tu país. not available in your country", robot="Acceso denegado. captcha", busy="Estamos en mantenimiento. Vuelve más tarde.", sale="Este dominio está en venta. domain for sale"),
    "it": dict(words="il la un una di e in su con per non sono ma che questo chi come dove video foto gente sera casa strada acqua anno giorno amici musica citta guardare camminare vedere sapere venire andare grande piccolo nuovo vecchio".split(),
               gone="Pagina non trovata. La pagina cercata non esiste.", removed="Questo video è stato rimosso per violazione dei termini.", login="Accedi per continuare", password="Password",
               age="Hai più di 18 anni? age verification", geo="Contenuto non disponibile nel tuo paese. geo-blocked", robot="Verifica: captcha", busy="Sito in manutenzione. Torna più tardi.", sale="Dominio in vendita. domain is for sale"),
    "pl": dict(words="ten ta to z i w na do dla nie sa ale ze ktory kto jak gdzie wideo foto ludzie wieczor dom ulica woda rok dzien przyjaciele muzyka miasto patrzec isc widziec wiedziec duzy maly nowy stary ladny".split(),
               gone="Nie znaleziono strony. Ta strona nie istnieje.", removed="Ten film został usunięty z powodu naruszenia regulaminu.", login="Zaloguj się, aby kontynuować", password="Hasło",
               age="Czy masz ukończone 18 lat? over 18", geo="Treść niedostępna w twoim kraju. not available in your region", robot="captcha", busy="Przerwa techniczna. Wrócimy niebawem.", sale="Domena na sprzedaż. buy this domain"),
    "cs": dict(words="ten ta to z a v na do pro ne jsou ale ze ktery kdo jak kde video foto lide vecer dum ulice voda rok den pratele hudba mesto divat jit videt vedet velky maly novy stary hezky".split(),
               gone="Stránka nenalezena. Tato stránka neexistuje.", removed="Toto video bylo odstraněno pro porušení podmínek.", login="Přihlášení: přihlaste se. log in", password="Heslo",
               age="Je vám 18? adults only", geo="Obsah není ve vaší zemi dostupný. geoblocked", robot="Ověření captcha", busy="Probíhá údržba. Zkuste to později.", sale="Doména je na prodej. domain for sale"),
    "tr": dict(words="bir bu ve de ile icin degil ama ki kim nasil nerede video foto insanlar aksam ev sokak su yil gun arkadaslar muzik sehir bakmak yurumek gormek bilmek gelmek gitmek buyuk kucuk yeni eski guzel".split(),
               gone="Sayfa bulunamadı. Aradığınız sayfa yok.", removed="Bu video kurallarımızı ihlal ettiği için kaldırıldı. removed", login="Devam etmek için giriş yap", password="Parola",
               age="18 yaşından büyük müsün? adults only", geo="Bu içerik ülkenizde kullanılamıyor. not available in your country", robot="captcha doğrulaması", busy="Bakım çalışması. Daha sonra tekrar deneyin.", sale="Bu alan adı satılık. domain for sale"),
    "ru": dict(words="это и в на с для не но что кто как где видео фото люди вечер дом улица вода год день друзья музыка город смотреть идти видеть знать приходить большой малый новый старый красивый снова всегда".split(),
               gone="Страница не найдена. Такой страницы не существует.", removed="Видео удалено за нарушение правил.", login="Войти, чтобы продолжить", password="Пароль",
               age="Вам есть 18 лет? age verification", geo="Материал недоступен в вашей стране. not available in your country", robot="Подтвердите, что вы не робот: captcha", busy="Технические работы. Зайдите позже.", sale="Домен продаётся. domain is for sale"),
    "pt": dict(words="o a um uma de e em sobre com para nao sao mas que este quem como onde video foto gente noite casa rua agua ano dia amigos musica cidade olhar andar ver saber vir ir grande pequeno novo velho".split(),
               gone="Página não encontrada. A página não existe.", removed="Este vídeo foi removido. Publicação removida por violar as regras.", login="Entrar para continuar", password="Senha",
               age="Você tem mais de 18 anos? over 18", geo="Conteúdo indisponível no seu país. geo-blocked", robot="Confirme que não é um robô: captcha", busy="Site em manutenção. Volte mais tarde.", sale="Domínio à venda. buy this domain"),
    "sv": dict(words="den det en av och i pa med for inte ar men att detta vem hur var video foto folk kvall hus gata vatten ar dag vanner musik stad titta ga se veta komma stor liten ny gammal fin".split(),
               gone="Sidan hittades inte. 404", removed="Videon har tagits bort eftersom den bryter mot reglerna.", login="Logga in för att fortsätta. log in", password="Lösenord",
               age="Är du över 18? over 18", geo="Innehållet är inte tillgängligt i ditt land. geoblocked", robot="captcha", busy="Vi uppdaterar sidan. Kom tillbaka senare.", sale="Domänen är till salu. domain for sale"),
    # Four of which the watch knows no word: only what pages do, not what they say, can tell.
    "hu": dict(words="az egy es van a de hogy ki hol mint nem video foto emberek este haz utca viz ev nap baratok zene varos nezni menni latni tudni jonni nagy kicsi uj regi szep mindig soha".split(),
               gone="Az oldal nem található.", removed="A videót eltávolítottuk a szabályzat megsértése miatt.", login="Bejelentkezés szükséges", password="Jelszó",
               age="Elmúltál 18 éves?", geo="A tartalom nem érhető el az országodban.", robot="Igazold, hogy nem vagy robot", busy="Karbantartás folyik. Nézz vissza később.", sale="A domain eladó."),
    "el": dict(words="το ένα του και σε με για δεν είναι αλλά ότι ποιος πώς πού βίντεο φωτογραφία άνθρωποι βράδυ σπίτι δρόμος νερό χρόνος μέρα φίλοι μουσική πόλη κοιτάω πάω βλέπω ξέρω μεγάλο μικρό νέο παλιό ωραίο πάντα".split(),
               gone="Η σελίδα δεν βρέθηκε.", removed="Το βίντεο αφαιρέθηκε λόγω παραβίασης των όρων.", login="Συνδεθείτε για να συνεχίσετε", password="Κωδικός",
               age="Είστε άνω των 18;", geo="Δεν είναι διαθέσιμο στη χώρα σας.", robot="Επιβεβαιώστε ότι δεν είστε ρομπότ", busy="Εργασίες συντήρησης. Επιστρέψτε αργότερα.", sale="Το όνομα πωλείται."),
    "ja": dict(words="これ は それ で ある が 人 夜 家 道 水 年 日 友 音楽 町 見る 行く 知る 来る 大きい 小さい 新しい 古い 美しい いつも 動画 写真 誰 何 どこ から まで ので しかし そして また 今日 明日".split(),
               gone="ページが見つかりません。", removed="この動画は規約違反のため削除されました。", login="続けるにはログインしてください", password="パスワード",
               age="あなたは18歳以上ですか", geo="お住まいの国では視聴できません。", robot="ロボットではないことを確認してください", busy="メンテナンス中です。", sale="このドメインは販売中です。"),
    "ar": dict(words="هذا في من على مع ليس لكن الذي كيف أين فيديو صورة ناس مساء بيت شارع ماء سنة يوم أصدقاء موسيقى مدينة نظر مشى رأى عرف جاء ذهب كبير صغير جديد قديم جميل دائما أبدا كل بعض".split(),
               gone="الصفحة غير موجودة.", removed="تمت إزالة هذا الفيديو لمخالفته الشروط.", login="سجل الدخول للمتابعة", password="كلمة المرور",
               age="هل عمرك 18 أو أكثر؟", geo="غير متاح في بلدك.", robot="أكد أنك لست روبوتا", busy="الموقع تحت الصيانة.", sale="هذا النطاق للبيع."),
}


def words(lang, seed, n):
    r = random.Random(f"{lang}{seed}")
    return " ".join(r.choice(LANGS[lang]["words"]) for _ in range(n))


def shell(lang, site, title, body, design=0, images=6):
    """The site around a page. design 1: it looks quite different."""
    noise = random.Random()
    menu = "".join(f'<a href="/c/{i}">{words(lang, f"menu{site}{design}{i}", 2)}</a> ' for i in range(8))
    side = "".join(f'<img src="/t/{i}.jpg" alt=""> ' for i in range(images))
    foot = words(lang, f"foot{site}{design}", 14)
    return (f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title><meta name="csrf" content="{noise.getrandbits(64):x}"></head><body>'
            f'<header>{menu}</header><main>{body}</main><aside>{side}</aside><footer>{foot} &copy; {noise.randint(2001, 2030)} {noise.randint(1, 99999)}</footer><script>var t={noise.random()};</script></body></html>')


def clip(lang, site, design=0, title=None, extra="", remarks=3, video=True):
    noise = random.Random()
    text = words(lang, f"clip{site}", 130)
    said = "".join(f"<li>{words(lang, f'remark{site}{i}', 9)}</li>" for i in range(remarks))
    return shell(lang, site, title or words(lang, f"title{site}", 4), (f"<video src='/v.mp4'></video>" if video else "") + f"<h1>{words(lang, f'title{site}', 4)}</h1><p>{text}</p>{extra}<p>{noise.randint(1, 1 << 30)} / {noise.randint(1, 999)}</p><ul>{said}</ul>", design)


def other(lang, site, seed):
    return shell(lang, site, words(lang, f"other{site}{seed}", 4), f"<video src='/w.mp4'></video><h1>{words(lang, f'other{site}{seed}', 4)}</h1><p>{words(lang, f'othertext{site}{seed}', 130)}</p>")


def home(lang, site, design=0):
    return shell(lang, site, words(lang, f"home{site}", 3), "".join(f"<article><img src='/h{i}.jpg'><p>{words(lang, f'home{site}{design}{i}', 12)}</p></article>" for i in range(10)), design, 12)


def plain(lang, title, text, extra=""):
    return f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title></head><body><p>{text}</p>{extra}</body></html>'


OK, FOUND = "200 OK", "302 Found"
PICTURE = bytes(random.Random(7).getrandbits(8) for _ in range(9000))


class Site:
    """One address on one site. before/after answer (path) with (status, type, body, headers) or None: nobody answers."""

    def __init__(self, n, lang, kind):
        self.n, self.lang, self.kind, self.host = n, lang, kind, f"s{n}-{kind.replace('_', '-')}.watch.test"
        self.path = f"/v/{1000 + n}.jpg" if kind.startswith("picture") else f"/v/{1000 + n}"

    def html(self, body, status=OK, headers=""):
        return status, "text/html; charset=utf-8", body.encode(), headers

    def to(self, where, status=FOUND):
        return status, "text/html", b"moved", f"Location: {where}\r\n"

    def missing(self):
        p = LANGS[self.lang]
        return self.html(shell(self.lang, self.n, p["gone"].split(".")[0], f"<p>{p['gone']}</p>", images=2), "404 Not Found")

    def before(self, path):
        if self.kind.startswith("picture"):
            return (OK, "image/jpeg", PICTURE + self.host.encode(), "") if path == self.path else self.missing()
        if self.kind == "spa":
            return self.html(plain(self.lang, "App", "", "<div id=app></div><script src=/app.js></script>"))
        if self.kind == "mirror":
            return self.html(clip(self.lang, self.n))
        if self.kind in ("calendar_online", "calendar_gone") and path.startswith("/v/") and path != self.path:
            return self.html(other(self.lang, self.n, path))
        return self.html(clip(self.lang, self.n)) if path == self.path else self.html(home(self.lang, self.n)) if path == "/" else self.missing()

    def after(self, path):
        return getattr(self, "after_" + self.kind)(path, path == self.path, LANGS[self.lang])

    # ---- it is gone ----
    def after_http_404(self, path, here, p): return self.before("/x") if path != "/" else self.before("/")
    def after_http_410(self, path, here, p): return self.html(plain(self.lang, "410", p["removed"]), "410 Gone") if here else self.before(path)
    def after_bare_404(self, path, here, p): return ("404 Not Found", "text/plain", b"", "") if here else self.before(path)
    def after_json_404(self, path, here, p): return ("404 Not Found", "application/json", b'{"error":"no such item"}', "") if here else self.before(path)
    def after_soft_404(self, path, here, p): return self.html(home(self.lang, self.n)) if path == "/" else self.html(shell(self.lang, self.n, p["gone"].split(".")[0], f"<p>{p['gone']}</p>", images=2))
    def after_soft_heavy(self, path, here, p): return self.html(home(self.lang, self.n)) if path == "/" else self.html(shell(self.lang, self.n, p["gone"].split(".")[0], f"<h1>{p['gone']}</h1><p>{words(self.lang, f'try{self.n}', 60)}</p>", images=20))
    def after_to_home(self, path, here, p): return self.html(home(self.lang, self.n)) if path == "/" else self.to("/")
    def after_to_notice(self, path, here, p): return self.html(home(self.lang, self.n)) if path == "/" else self.html(shell(self.lang, self.n, p["gone"], f"<p>{p['gone']}</p>", images=1)) if path == "/oops" else self.to("/oops")
    def after_replaced(self, path, here, p): return self.html(other(self.lang, self.n, "instead").replace("<video src='/w.mp4'></video>", "")) if here else self.before(path)
    def after_parked(self, path, here, p): return self.html(plain("en", self.host, p["sale"]))
    def after_calendar_gone(self, path, here, p): return self.before(path) if not here else self.html(shell(self.lang, self.n, p["gone"], f"<p>{p['gone']}</p>", images=2), "404 Not Found")
    def after_picture_404(self, path, here, p): return self.missing()

    # ---- it is there ----
    def after_same(self, path, here, p): return self.before(path)
    def after_remarks(self, path, here, p): return self.html(clip(self.lang, self.n, remarks=6, extra=f"<p>{p['gone']}</p>")) if here else self.before(path)
    def after_redesign(self, path, here, p): return self.html(clip(self.lang, self.n, design=1)) if here else self.html(home(self.lang, self.n, 1)) if path == "/" else self.missing()
    def after_lying_title(self, path, here, p): return self.html(clip(self.lang, self.n, title=f"404 {p['gone']}")) if here else self.before(path)
    def after_lying_text(self, path, here, p): return self.html(clip(self.lang, self.n, extra=f"<h2>{p['removed']}</h2>")) if here else self.before(path)
    def after_lying_404(self, path, here, p): return self.html(clip(self.lang, self.n), "404 Not Found") if here else self.before(path)
    def after_lying_410(self, path, here, p): return self.html(clip(self.lang, self.n, title=p["gone"]), "410 Gone") if here else self.before(path)
    def after_moved_path(self, path, here, p): return self.to("/clips/new") if here else self.html(clip(self.lang, self.n)) if path == "/clips/new" else self.before(path)
    def after_calendar_online(self, path, here, p): return self.before(path)
    def after_picture_same(self, path, here, p): return self.before(path)
    def after_picture_404_bytes(self, path, here, p): return ("404 Not Found", "image/jpeg", PICTURE + self.host.encode(), "") if here else self.missing()

    # ---- nobody can say, or something stands before it ----
    def after_login(self, path, here, p): return self.html(plain(self.lang, p["login"], p["login"], f"<form>{p['password']}<input type=password></form>"))
    def after_login_redirect(self, path, here, p): return self.html(plain(self.lang, p["login"], p["login"], "<form><input type=password></form>")) if path.startswith("/login") else self.to("/login?next=" + path)
    def after_age(self, path, here, p): return self.html(plain(self.lang, self.host, p["age"], "<button>18</button>"))
    def after_age_redirect(self, path, here, p): return self.html(plain(self.lang, self.host, p["age"])) if path.startswith("/age-gate") else self.to("/age-gate?to=" + path)
    def after_geo(self, path, here, p): return self.html(plain(self.lang, self.host, p["geo"]))
    def after_geo_451(self, path, here, p): return self.html(plain(self.lang, "451", p["geo"]), "451 Unavailable For Legal Reasons")
    def after_robot(self, path, here, p): return self.html(plain(self.lang, "...", p["robot"]))
    def after_robot_403(self, path, here, p): return self.html(plain(self.lang, "403", p["robot"]), "403 Forbidden")
    def after_challenge(self, path, here, p): return self.html(plain(self.lang, "...", "..."), "200 OK", "CF-Mitigated: challenge\r\n")
    def after_busy(self, path, here, p): return self.html(plain(self.lang, self.host, p["busy"]))
    def after_busy_shell(self, path, here, p): return self.html(shell(self.lang, self.n, p["busy"], f"<p>{p['busy']}</p><p>{words(self.lang, f'busy{self.n}', 40)}</p>"))
    def after_busy_503(self, path, here, p): return self.html(plain(self.lang, self.host, p["busy"]), "503 Service Unavailable")
    def after_error_500(self, path, here, p): return self.html(plain(self.lang, "Error", p["gone"]), "500 Internal Server Error")
    def after_moved_away(self, path, here, p): return self.to(f"http://elsewhere{self.n}.watch.test:{port}/x") if here else self.before(path)
    def after_spa(self, path, here, p): return self.before(path)
    def after_mirror(self, path, here, p): return self.before(path)
    def after_empty(self, path, here, p): return OK, "text/html", b"", ""
    def after_hangs_up(self, path, here, p): return None
    def after_tarpit(self, path, here, p): return "tarpit"
    def after_no_name(self, path, here, p): return self.before(path)
    def after_video_stays(self, path, here, p): return self.html(shell(self.lang, self.n, words(self.lang, f"title{self.n}", 4), f"<video src='/v.mp4'></video><p>{p['removed']}</p>")) if here else self.before(path)
    def after_picture_anew(self, path, here, p): return (OK, "image/webp", PICTURE[::-1], "") if here else self.missing()


REMOVED = ("http_404", "http_410", "bare_404", "json_404", "soft_404", "soft_heavy", "to_home", "to_notice", "replaced", "parked", "calendar_gone", "picture_404")
ONLINE = ("same", "remarks", "redesign", "lying_title", "lying_text", "lying_404", "lying_410", "moved_path", "calendar_online", "picture_same", "picture_404_bytes")
EXPECTED = {"http_404": "gone", "http_410": "gone", "bare_404": "gone", "json_404": "gone", "soft_404": "soft_404", "soft_heavy": "soft_404", "to_home": "soft_404", "to_notice": "soft_404", "replaced": "replaced", "parked": "parked",
            "calendar_gone": "gone", "picture_404": "gone", "login": "login_wall", "login_redirect": "login_wall", "age": "age_gate", "age_redirect": "age_gate", "geo": "geo_block", "geo_451": "geo_block", "robot": "blocked_for_us",
            "robot_403": "blocked_for_us", "challenge": "blocked_for_us", "busy": "unknown", "busy_shell": "unknown", "busy_503": "host_down", "error_500": "unknown", "moved_away": "moved", "spa": "unknown", "mirror": "unknown", "empty": "unknown",
            "hangs_up": "unknown", "tarpit": "host_down", "no_name": "dns_gone", "video_stays": "still_online", "picture_anew": "unknown", **{k: "still_online" for k in ONLINE}}
sites, n = [], 0
for kind in EXPECTED:
    for at, lang in enumerate(LANGS):
        if kind in ("tarpit", "hangs_up", "no_name", "spa", "empty", "challenge", "picture_same", "picture_404", "picture_anew", "picture_404_bytes", "json_404", "bare_404") and at % 4 != n % 4 and at != 0:
            continue  # no word of the page matters: a few will do
        sites.append(Site(n, lang, kind))
        n += 1
by_host = {s.host: s for s in sites}


async def client(reader, writer):
    host = None
    try:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
        lines = head.decode("latin-1").split("\r\n")
        path = lines[0].split(" ")[1]
        host = next((l.split(":", 1)[1].strip().split(":")[0] for l in lines if l.lower().startswith("host:")), "")
        now = time.monotonic()
        under_way[host] = under_way.get(host, 0) + 1
        most, last, least = seen.get(host, (0, None, 1e9))
        seen[host] = (max(most, under_way[host]), now, min(least, now - last) if last is not None else least)
        site = by_host.get(host)
        if site is None:
            what = (OK, "text/html; charset=utf-8", shell("en", host, "Elsewhere", f"<p>{words('en', host, 80)}</p>").encode(), "")
        else:
            what = site.after(path) if later else site.before(path)
        if what == "tarpit":
            writer.write(b"HTTP/1.1 200 OK\r\n")
            for i in range(200):
                writer.write(b"X-%d: 1\r\n" % i)
                await writer.drain()
                await asyncio.sleep(1)
        elif what is not None:
            status, kind, body, more = what
            writer.write(f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}Connection: close\r\n\r\n".encode() + body)
            await writer.drain()
    except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError, IndexError):
        pass
    finally:
        if host is not None:
            under_way[host] -= 1
        writer.close()


def names(sock):
    """Every name under watch.test is this machine; of some sites the name is gone later."""
    while True:
        q, who = sock.recvfrom(2000)
        at, labels = 12, []
        while q[at]:
            labels.append(q[at + 1:at + 1 + q[at]].decode("latin-1").lower())
            at += 1 + q[at]
        end, kind, name = at + 5, q[at + 1:at + 3], ".".join(labels)
        site = by_host.get(name)
        gone = not name.endswith("watch.test") or (later and site is not None and site.kind == "no_name")
        found = kind == b"\0\1" and not gone
        sock.sendto(q[:2] + struct.pack(">HHHHH", 0x8583 if gone else 0x8580, 1, int(found), 0, 0) + q[12:end] + (b"\xc0\x0c\0\1\0\1\0\0\0\x05\0\4\x7f\0\0\1" if found else b""), who)


async def main():
    global port, later
    server = await asyncio.start_server(client, "127.0.0.1", 0, backlog=400)
    port = server.sockets[0].getsockname()[1]
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    threading.Thread(target=names, args=(sock,), daemon=True).start()
    with open(os.path.join(folder, "urls"), "w") as f:
        f.writelines(f"http://{s.host}:{port}{s.path}\n" for s in sites)
    with open(os.path.join(folder, "labels.json"), "w") as f:
        json.dump({f"http://{s.host}:{port}{s.path}": [s.kind, s.lang, EXPECTED[s.kind], s.kind in REMOVED] for s in sites}, f)
    with open(os.path.join(folder, "allow"), "w") as f:
        f.write(" ".join(f"{h}:{port}" for h in [*by_host, *(f"elsewhere{s.n}.watch.test" for s in sites if s.kind == "moved_away")]))
    print("ready", sock.getsockname()[1], len(sites), len(LANGS), flush=True)

    def orders():
        global later
        for line in sys.stdin:
            if line.startswith("seen "):
                most, _, least = seen.pop(line.split()[1], (0, 0, 1e9))
                print(most, least, flush=True)
                continue
            later = later or line.strip() == "later"
            print("later" if later else "?", flush=True)
        os._exit(0)

    threading.Thread(target=orders, daemon=True).start()
    async with server:
        await server.serve_forever()


asyncio.run(main())
