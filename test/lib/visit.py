"""A visitor without script: cookies, links and forms, as a browser sends them. For tests that drive the real server.

    v = Visitor(8800)
    v.get("/signin")
    v.send("/signin", login="wanda", password="...")   # the form on the page with that action, its hidden fields included
    v.status, v.path, v.text
"""
import http.client, html, itertools, re, urllib.parse

_address = itertools.count(2)


class Visitor:
    def __init__(self, port, lang="nl"):
        self.port, self.lang = port, lang
        n = next(_address)  # each visitor comes from an address of their own: limits are by address
        self.address = f"127.0.{n // 250}.{n % 250 + 1}"
        self.cookies, self.status, self.path, self.text, self.headers = {}, 0, "", "", {}

    def raw(self, method, path, body=None, headers=None):
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30, source_address=(self.address, 0))
        h = {"Host": f"localhost:{self.port}", "Accept-Language": self.lang}
        if self.cookies:
            h["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if body is not None:
            h["Content-Type"] = "application/x-www-form-urlencoded"
            h["Sec-Fetch-Site"] = "same-origin"
        h.update(headers or {})
        c.request(method, path, body, h)
        r = c.getresponse()
        data = r.read()
        for k, v in r.getheaders():
            if k.lower() == "set-cookie":
                name, value = v.split(";")[0].split("=", 1)
                if "Max-Age=0" in v:
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = value
        c.close()
        self.status, self.headers, self.bytes = r.status, {k.lower(): v for k, v in r.getheaders()}, data
        self.text = data.decode(errors="replace")
        return r.status

    def follow(self, path):
        for _ in range(6):
            if self.status != 303:
                return self.status
            path = self.headers["location"]
            if not path.startswith("/"):
                return self.status
            self.path = path
            self.raw("GET", path)
        return self.status

    def get(self, path):
        self.path = path
        self.raw("GET", path)
        return self.follow(path)

    def forms(self):
        """action -> list of (name, value) as the browser would send them untouched."""
        out = {}
        for m in re.finditer(r'<form\b([^>]*)>(.*?)</form>', self.text, re.S):
            head, inner = m.groups()
            if 'method="post"' not in head:
                continue
            action = html.unescape(re.search(r'action="([^"]*)"', head).group(1))
            fields = []
            for i in re.finditer(r'<input\b([^>]*)>', inner):
                a = dict(re.findall(r'([\w-]+)="([^"]*)"', i.group(1)))
                flags = i.group(1)
                if "name" not in a or a.get("type") == "file":
                    continue
                if a.get("type") in ("checkbox", "radio") and " checked" not in flags:
                    continue
                fields.append((a["name"], html.unescape(a.get("value", ""))))
            for t in re.finditer(r'<textarea\b[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', inner, re.S):
                fields.append((t.group(1), html.unescape(t.group(2).lstrip("\n"))))
            for s in re.finditer(r'<select\b[^>]*name="([^"]*)"[^>]*>(.*?)</select>', inner, re.S):
                options = re.findall(r'<option value="([^"]*)"([^>]*)>', s.group(2))
                chosen = [v for v, f in options if "selected" in f] or [v for v, _ in options[:1]]
                fields.append((s.group(1), html.unescape(chosen[0]) if chosen else ""))
            out[action] = fields
        return out

    def send(self, action, follow=True, **values):
        """Sends the form with this action from the page we are on. A list gives several values; None leaves a field out."""
        forms = self.forms()
        key = action if action in forms else next((a for a in forms if a.split("?")[0] == action), None)
        if key is None:
            raise AssertionError(f"no form {action} on {self.path}: {sorted(forms)}")
        fields = [(k, v) for k, v in forms[key] if k not in values]
        for k, v in values.items():
            fields += [(k, x) for x in (v if isinstance(v, list) else [v]) if x is not None]
        self.path = key
        self.raw("POST", key, urllib.parse.urlencode(fields))
        return self.follow(key) if follow else self.status
