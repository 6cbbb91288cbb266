"""A stand-in of python-threatexchange with its public interface: the names, the abstract methods, what is asked of credentials, states and extensions. Written from its source
(clients/threatexchange/README.md says which files of which versions were read), for the test of the class that is made for it: what the package would refuse is refused here."""
import abc, dataclasses, enum, importlib, os, pickle, sys, types, typing as t

CollabConfig, Checkpoint, Metadata, Key, Value = (t.TypeVar(n) for n in ("CollabConfig", "Checkpoint", "Metadata", "Key", "Value"))
Secret = t.TypeVar("Secret")


class FetchCheckpointBase:
    def is_stale(self): return False
    def get_progress_timestamp(self): return None


class FetchedSignalMetadata:
    pass


@dataclasses.dataclass
class FetchDelta(t.Generic[Key, Value, Checkpoint]):
    updates: dict
    checkpoint: object


class SignalOpinionCategory(enum.IntEnum):
    NEGATIVE_CLASS = 0
    INVESTIGATION_SEED = 1
    POSITIVE_CLASS = 2


@dataclasses.dataclass
class SignalOpinion:
    is_mine: bool
    category: SignalOpinionCategory
    tags: set


@dataclasses.dataclass
class CollaborationConfigBase:
    name: str
    api: str
    enabled: bool


def method(static=False, of_class=False):
    def refuse(*a, **kw): raise NotImplementedError
    f = abc.abstractmethod(refuse)
    return staticmethod(f) if static else classmethod(f) if of_class else f


class SignalExchangeAPI(t.Generic[CollabConfig, Checkpoint, Metadata, Key, Value], abc.ABC):
    for_collab, naive_convert_to_signal_type = method(of_class=True), method(of_class=True)
    get_checkpoint_cls, get_record_cls, get_config_cls = method(static=True), method(static=True), method(static=True)
    fetch_iter = method()

    @classmethod
    def get_name(cls):
        name = cls.__name__
        for end in ("API", "Exchange"):
            name = name[:-len(end)] if name.endswith(end) else name
        name = name[:-len("Signal")] if name.endswith("Signal") else name
        return "".join("_" + c.lower() if c.isupper() and i else c.lower() for i, c in enumerate(name))

    @classmethod
    def fetch_value_merge(cls, old, new): return new

    def report_opinion(self, s_type, signal, opinion): raise NotImplementedError


class CredentialHelper:
    ENV_VARIABLE: t.ClassVar[str] = ""
    FILE_NAME: t.ClassVar[str] = ""

    @classmethod
    def get(cls, for_cls):
        assert issubclass(for_cls, SignalExchangeAPI)
        said = os.environ.get(cls.ENV_VARIABLE) if cls.ENV_VARIABLE else None
        if not said and cls.FILE_NAME and os.path.isfile(os.path.expanduser(cls.FILE_NAME)):
            said = open(os.path.expanduser(cls.FILE_NAME)).read().strip()
        found = cls._from_str(said) if said else None
        if found is None:
            raise LookupError("missing credentials")
        if not found._are_valid():
            raise ValueError("invalid credentials")
        return found

    @classmethod
    def _from_str(cls, s): return None
    def _are_valid(self): return True


class SignalExchangeWithAuth(t.Generic[CollabConfig, Secret], metaclass=abc.ABCMeta):
    get_credential_cls, for_collab = method(static=True), method(of_class=True)


@dataclasses.dataclass
class ThreatExchangeExtensionManifest:
    signal_types: tuple = ()
    content_types: tuple = ()
    apis: tuple = ()

    @classmethod
    def load_from_module_name(cls, name):
        module = importlib.import_module(name)
        if not isinstance(getattr(module, "TX_MANIFEST", None), cls):
            raise ValueError("TX_MANIFEST is missing, or no manifest")
        return module.TX_MANIFEST


class Store:
    """What the command line of the package keeps of a collaboration: merged by key, pickled, the class of the checkpoint looked at when it is read again."""

    def __init__(self, api): self.api, self.kept = api, None

    def merge(self, delta):
        old = self.read()
        updates = dict(old.updates) if old else {}
        for k, v in delta.updates.items():
            assert isinstance(k, str)
            v = self.api.fetch_value_merge(updates.get(k), v)
            updates.pop(k, None) if v is None else updates.__setitem__(k, v)
        self.kept = pickle.dumps(FetchDelta(updates, delta.checkpoint))

    def read(self):
        state = pickle.loads(self.kept) if self.kept else None
        assert state is None or state.checkpoint.__class__ is self.api.get_checkpoint_cls()
        return state


def install():
    """From now on `import threatexchange...` finds this."""
    here = sys.modules[__name__]
    for name, what in {"": (), ".exchanges": (), ".extensions": (), ".exchanges.fetch_state": ("FetchCheckpointBase", "FetchedSignalMetadata", "FetchDelta", "SignalOpinion", "SignalOpinionCategory"),
                       ".exchanges.auth": ("CredentialHelper", "SignalExchangeWithAuth"), ".exchanges.collab_config": ("CollaborationConfigBase",), ".exchanges.signal_exchange_api": ("SignalExchangeAPI",),
                       ".extensions.manifest": ("ThreatExchangeExtensionManifest",)}.items():
        m = sys.modules["threatexchange" + name] = types.ModuleType("threatexchange" + name)
        m.__dict__.update({w: getattr(here, w) for w in what})
        if name:
            parent, _, last = ("threatexchange" + name).rpartition(".")
            setattr(sys.modules[parent], last, m)
