# SPDX-License-Identifier: EUPL-1.2
"""Keten as an exchange of python-threatexchange: all logic is in feed.py, this gives it the shape that the package asks for.

The package could not be installed where this was written: this file was held against its source, line by line, and runs in the project's tests against a stand-in with the same interface
(README.md says which versions, and what was tested). `threatexchange config extensions add keten_exchange` registers it; the credentials stand in TX_KETEN_KEYS as "key,base url".
"""
import time
import typing as t
from dataclasses import dataclass, field

from threatexchange.exchanges import fetch_state as state
from threatexchange.exchanges import auth
from threatexchange.exchanges.collab_config import CollaborationConfigBase
from threatexchange.exchanges.signal_exchange_api import SignalExchangeAPI
from threatexchange.extensions.manifest import ThreatExchangeExtensionManifest

import feed


@dataclass
class KetenCheckpoint(state.FetchCheckpointBase):
    size: int = 0
    edge: t.List[str] = field(default_factory=list)
    key: str = ""
    at: str = ""
    fetched: float = 0.0

    def get_progress_timestamp(self) -> t.Optional[int]:
        return int(self.fetched) or None

    def is_stale(self) -> bool:
        return False  # changes are numbered: however long ago, it goes on where it was


@dataclass
class KetenMetadata(state.FetchedSignalMetadata):
    entry: str = ""
    source: str = ""
    list: str = ""

    def get_as_opinions(self) -> t.Sequence[state.SignalOpinion]:
        return [state.SignalOpinion(False, state.SignalOpinionCategory.INVESTIGATION_SEED, {f"source:{self.source}", f"list:{self.list}"})]


@dataclass
class KetenCredentials(auth.CredentialHelper):
    ENV_VARIABLE: t.ClassVar[str] = "TX_KETEN_KEYS"
    FILE_NAME: t.ClassVar[str] = "~/.tx_keten_keys"
    key: str = ""
    base_url: str = ""

    @classmethod
    def _from_str(cls, s: str) -> "KetenCredentials":
        key, _, base = s.strip().partition(",")
        return cls(key, base)

    def _are_valid(self) -> bool:
        return bool(self.key and self.base_url)


class KetenSignalExchangeAPI(
    auth.SignalExchangeWithAuth[CollaborationConfigBase, KetenCredentials],
    SignalExchangeAPI[CollaborationConfigBase, KetenCheckpoint, KetenMetadata, str, feed.Record],
):
    """Each entry of the list is a key; None takes it away. So a hash that two sources gave stays until both withdrew it."""

    def __init__(self, client: feed.Feed) -> None:
        self.client = client

    @classmethod
    def for_collab(cls, collab: CollaborationConfigBase, credentials: t.Optional[KetenCredentials] = None) -> "KetenSignalExchangeAPI":
        credentials = credentials or KetenCredentials.get(cls)
        return cls(feed.Feed(credentials.base_url, credentials.key))

    @staticmethod
    def get_checkpoint_cls() -> t.Type[KetenCheckpoint]:
        return KetenCheckpoint

    @staticmethod
    def get_record_cls() -> t.Type[KetenMetadata]:
        return KetenMetadata

    @staticmethod
    def get_config_cls() -> t.Type[CollaborationConfigBase]:
        return CollaborationConfigBase

    @staticmethod
    def get_credential_cls() -> t.Type[KetenCredentials]:
        return KetenCredentials

    def fetch_iter(self, _supported_signal_types: t.Sequence[t.Any], checkpoint: t.Optional[KetenCheckpoint]) -> t.Iterator[state.FetchDelta]:
        begin = feed.Checkpoint(checkpoint.size, checkpoint.edge, checkpoint.key, checkpoint.at) if checkpoint else None
        for batch in self.client.follow(begin):
            c = batch.checkpoint
            yield state.FetchDelta(batch.updates, KetenCheckpoint(c.size, c.edge, c.key, c.at, time.time()))

    @classmethod
    def naive_convert_to_signal_type(cls, signal_types: t.Sequence[t.Any], collab: CollaborationConfigBase, fetched: t.Mapping[str, t.Optional[feed.Record]]) -> t.Dict[t.Any, t.Dict[str, KetenMetadata]]:
        by_name = {s.get_name(): s for s in signal_types}
        out: t.Dict[t.Any, t.Dict[str, KetenMetadata]] = {}
        for entry, record in fetched.items():
            s = by_name.get(record.signal_type) if record else None
            if s is not None and record is not None:
                out.setdefault(s, {})[record.hash] = KetenMetadata(entry, record.source, record.list)
        return out

    def report_opinion(self, s_type: t.Any, signal: str, opinion: state.SignalOpinion) -> None:
        words = {state.SignalOpinionCategory.POSITIVE_CLASS: "Blocked", state.SignalOpinionCategory.NEGATIVE_CLASS: "NotBlocked"}
        self.client.feedback({signal: words.get(opinion.category, "PendingReview")}, sorted(opinion.tags))


TX_MANIFEST = ThreatExchangeExtensionManifest(apis=(KetenSignalExchangeAPI,))
