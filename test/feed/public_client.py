"""The StopNCII protocol as the public client speaks it (facts: docs/feed.md), for the test of the feed: what it sends, the strict types it
reads answers into, its checkpoint, and its fault: it looks in hashValue, not in hashStatus, for what is withdrawn."""
import json, time, urllib.error, urllib.parse, urllib.request

SIGNALS = {"Unknown", "ImagePDQ", "VideoMD5", "VideoTMK", "Text", "URL"}
STATUSES = {"Unknown", "Received", "Active", "Withdrawn", "Deleted"}
FEEDBACKS = {"Unknown", "None", "QualityUnknown", "PendingReview", "Blocked", "NotBlocked", "Withdrawn", "Deleted"}


def typed(value, kind, what):
    if not isinstance(value, kind) or isinstance(value, bool) != (kind is bool):
        raise TypeError(f"{what} is {type(value).__name__}, not {kind.__name__}")
    return value


def one_of(value, allowed, what):
    if value not in allowed:
        raise ValueError(f"{value!r} is no {what}")


def read_page(j):
    for name, kind in (("count", int), ("nextPageToken", str), ("nextSetTimestamp", int), ("hasMoreRecords", bool), ("hashRecords", list)):
        typed(j[name], kind, name)
    for r in j["hashRecords"]:
        typed(r["lastModtimestamp"], int, "lastModtimestamp")
        typed(r["hashValue"], str, "hashValue")
        one_of(r["signalType"], SIGNALS, "signalType")
        one_of(r["hashStatus"], STATUSES, "hashStatus")
        for case, status in typed(r["caseNumbers"], dict, "caseNumbers").items():
            one_of(status, STATUSES, "caseNumbers")
        for f in r.get("CSPFeedbacks", []):
            one_of(f["feedbackValue"], FEEDBACKS, "feedbackValue")
            typed(f.get("tags", []), list, "tags")
            typed(f.get("source", ""), str, "source")
    return j


class Client:
    def __init__(self, base, subscription_key, function_key):
        self.base, self.headers = base, {"x-functions-key": function_key, "Ocp-Apim-Subscription-Key": subscription_key}
        self.banked, self.checkpoint, self.fetched_at, self.pages = {}, None, 0.0, 0

    def ask(self, endpoint, params=None, body=None):
        url = "/".join((self.base, endpoint)) + ("?" + urllib.parse.urlencode(params) if params else "")
        req = urllib.request.Request(url, None if body is None else json.dumps(body).encode(), {**self.headers, **({} if body is None else {"Content-Type": "application/json"})})
        with urllib.request.urlopen(req, timeout=60) as r:
            return json.loads(r.read())

    def fetch(self, page_size=800, between=lambda: None):
        start, token, more = self.checkpoint or 10, "", True
        while more:
            params = {"startTimestamp": start, "pageSize": page_size}
            if token:
                params["nextPageToken"] = token
            j = read_page(self.ask("FetchHashes", params))
            more, token = j["hasMoreRecords"], j["nextPageToken"]
            for r in j["hashRecords"]:
                kind = {"ImagePDQ": "pdq", "VideoMD5": "video_md5"}.get(r["signalType"])
                if not kind:
                    continue
                if r["hashValue"] in ("Withdrawn", "Deleted"):  # the fault: never so
                    self.banked.pop((kind, r["hashValue"]), None)
                else:
                    self.banked[kind, r["hashValue"]] = r["CSPFeedbacks"]
            self.checkpoint, self.fetched_at = j["nextSetTimestamp"], time.time()
            self.pages += 1
            between()

    def is_stale(self, now):
        return now - self.fetched_at > 30 * 24 * 3600

    def submit(self, hashes, tags=()):
        records = [{"lastModtimestamp": int(time.time()), "signalType": f"StopNCIISignalType.{kind}", "hashValue": h, "CSPFeedbacks": [{"tags": list(tags), "feedbackValue": "StopNCIICSPFeedbackValue.Blocked"}]} for kind, h in hashes]
        return self.ask("SubmitHashes", body={"count": len(records), "hashRecords": records})

    def feedback(self, said):
        records = [{"tags": [], "feedbackValue": f"StopNCIICSPFeedbackValue.{v}", "hashValue": h} for h, v in said.items()]
        return self.ask("SubmitFeedback", body={"count": len(records), "hashFeedbacks": records})
