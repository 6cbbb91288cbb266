// log.go - our log and our dossiers read by code that we did not write: golang.org/x/mod/sumdb (note, tlog) and Go's own library.
//
// Nothing of Keten's C is in here; what is ours is only the order in which the public pieces are asked. One question a line on stdin, one
// answer a line on stdout: "ok ..." or "FAILED ...". Words are separated by one blank; a file is named by its path.
//
//	checkpoint VKEY FILE                    signed note and checkpoint
//	cosigned VKEY WITNESS FILE              the same with a cosignature/v1 of that witness under it
//	proof VKEY ENTRY FILE                   tlog-proof: the entry (hex) stands in the signed tree
//	consistency VKEY OLD NEW FILE           two checkpoints, and the answer of `keten ledger consistency --json`
//	tiles VKEY DIR                          a plain directory of checkpoint and tiles: every leaf authenticated against the root
//	dossier VKEY ZIP                        bag, lists, seal, signature, openings, chain and every proof
package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// ---- notes and checkpoints ----

// open verifies a signed note and reads the checkpoint in it. A line of origin takes the place of the header that Go's own database has.
func open(vkey string, file []byte) (*note.Note, tlog.Tree, error) {
	var tree tlog.Tree
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, tree, err
	}
	n, err := note.Open(file, note.VerifierList(v))
	if err != nil {
		return nil, tree, err
	}
	lines := strings.SplitN(n.Text, "\n", 2)
	if len(lines) != 2 || lines[0] != v.Name() {
		return nil, tree, errors.New("another origin")
	}
	tree, err = tlog.ParseTree([]byte("go.sum database tree\n" + lines[1]))
	return n, tree, err
}

// cosigned looks for the witness's line among those that note.Open set aside, and checks it as c2sp.org/tlog-cosignature says.
func cosigned(n *note.Note, witness string) (int64, error) {
	part := strings.SplitN(witness, "+", 3)
	if len(part) != 3 {
		return 0, errors.New("no verifier key")
	}
	key, err := base64.StdEncoding.DecodeString(part[2])
	if err != nil || len(key) != 33 || key[0] != 4 {
		return 0, errors.New("no cosigner's key")
	}
	sum := sha256.Sum256(append([]byte(part[0]+"\n"), key...))
	id := binary.BigEndian.Uint32(sum[:])
	if fmt.Sprintf("%08x", id) != part[1] {
		return 0, errors.New("the key's id does not follow from it")
	}
	for _, s := range append(append([]note.Signature{}, n.Sigs...), n.UnverifiedSigs...) {
		raw, err := base64.StdEncoding.DecodeString(s.Base64)
		if err != nil || s.Name != part[0] || s.Hash != id || len(raw) != 4+8+64 {
			continue
		}
		at := int64(binary.BigEndian.Uint64(raw[4:12]))
		if !ed25519.Verify(ed25519.PublicKey(key[1:]), []byte(fmt.Sprintf("cosignature/v1\ntime %d\n%s", at, n.Text)), raw[12:]) {
			return 0, errors.New("the cosignature does not fit")
		}
		return at, nil
	}
	return 0, errors.New("this witness did not sign")
}

// ---- proofs ----

type proofFile struct {
	index int64
	path  tlog.RecordProof
	note  []byte
}

func parseProof(b []byte) (p proofFile, err error) {
	at := bytes.Index(b, []byte("\n\n"))
	if at < 0 {
		return p, errors.New("no blank line")
	}
	lines := strings.Split(string(b[:at]), "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" {
		return p, errors.New("no tlog-proof")
	}
	lines = lines[1:]
	if len(lines) > 0 && strings.HasPrefix(lines[0], "extra ") {
		lines = lines[1:]
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "index ") {
		return p, errors.New("no index")
	}
	digits := lines[0][len("index "):]
	if p.index, err = strconv.ParseInt(digits, 10, 63); err != nil || strconv.FormatInt(p.index, 10) != digits {
		return p, errors.New("the index is no number")
	}
	for _, l := range lines[1:] {
		raw, err := base64.StdEncoding.Strict().DecodeString(l) // tlog.ParseHash lets four ways of writing one hash pass
		if err != nil || len(raw) != 32 {
			return p, errors.New("no hash")
		}
		var h tlog.Hash
		copy(h[:], raw)
		p.path = append(p.path, h)
	}
	p.note = b[at+2:]
	return p, nil
}

func checkProof(vkey string, entry, file []byte) (tlog.Tree, *note.Note, error) {
	p, err := parseProof(file)
	if err != nil {
		return tlog.Tree{}, nil, err
	}
	n, tree, err := open(vkey, p.note)
	if err != nil {
		return tree, nil, err
	}
	return tree, n, tlog.CheckRecord(p.path, tree.N, tree.Hash, p.index, tlog.RecordHash(entry))
}

func consistency(vkey string, before, after, answer []byte) error {
	_, x, err := open(vkey, before)
	if err != nil {
		return err
	}
	_, y, err := open(vkey, after)
	if err != nil {
		return err
	}
	var said struct{ Proof []string }
	if err := json.Unmarshal(answer, &said); err != nil {
		return err
	}
	var p tlog.TreeProof
	for _, s := range said.Proof {
		raw, err := hex.DecodeString(s)
		if err != nil || len(raw) != 32 {
			return errors.New("no hash")
		}
		var h tlog.Hash
		copy(h[:], raw)
		p = append(p, h)
	}
	return tlog.CheckTree(p, y.N, y.Hash, x.N, x.Hash)
}

// ---- a plain directory ----

// tile reads one tile as c2sp.org/tlog-tiles lays them out: Go's own path without the height, which is always 8.
func tile(dir string, level int, n int64, width int) ([]tlog.Hash, error) {
	t := tlog.Tile{H: 8, L: level, N: n, W: width}
	b, err := os.ReadFile(filepath.Join(dir, strings.Replace(t.Path(), "tile/8/", "tile/", 1)))
	if err != nil {
		return nil, err
	}
	if len(b) != width*32 {
		return nil, errors.New("a tile of another width")
	}
	hashes := make([]tlog.Hash, width)
	for i := range hashes {
		copy(hashes[i][:], b[i*32:])
	}
	return hashes, nil
}

// level reads all tiles of one level.
func level(dir string, l int, size int64) (all []tlog.Hash, err error) {
	for n := size >> uint(8*l); n > 0; n -= 256 {
		width := 256
		if n < 256 {
			width = int(n)
		}
		hashes, err := tile(dir, l, int64(len(all)/256), width)
		if err != nil {
			return nil, err
		}
		all = append(all, hashes...)
	}
	return all, nil
}

// tiles: the leaves of the lowest level give the signed root, and every hash of a higher one. tlog.TileHashReader is not asked: as Debian 12
// has it (0.7.0), it leaves tiles unchecked when two subtrees of the right edge share one, which a changed byte showed.
func tiles(vkey, dir string) (int64, error) {
	file, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		return 0, err
	}
	_, tree, err := open(vkey, file)
	if err != nil {
		return 0, err
	}
	nodes, err := level(dir, 0, tree.N)
	if err != nil {
		return 0, err
	}
	known := [][]tlog.Hash{nodes}
	for l := 1; len(nodes) > 1; l++ {
		var up []tlog.Hash
		for i := 0; i+1 < len(nodes); i += 2 {
			up = append(up, tlog.NodeHash(nodes[i], nodes[i+1]))
		}
		nodes = up
		known = append(known, nodes)
		if l%8 != 0 || len(nodes) == 0 {
			continue
		}
		shown, err := level(dir, l/8, tree.N)
		if err != nil {
			return 0, err
		}
		for i := range shown {
			if len(shown) != len(nodes) || shown[i] != nodes[i] {
				return 0, fmt.Errorf("a hash of level %d does not follow from the leaves", l/8)
			}
		}
	}
	root, err := tlog.TreeHash(tree.N, tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var out []tlog.Hash
		for _, x := range indexes {
			l, n := tlog.SplitStoredHashIndex(x)
			out = append(out, known[l][n])
		}
		return out, nil
	}))
	if err == nil && root != tree.Hash {
		err = errors.New("the leaves do not give the signed root")
	}
	return tree.N, err
}

// ---- one question a line ----

func read(path string) []byte {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return b
}

func answer(word []string) (string, error) {
	switch {
	case len(word) == 3 && word[0] == "checkpoint":
		_, t, err := open(word[1], read(word[2]))
		return fmt.Sprintf("%d leaves", t.N), err
	case len(word) == 4 && word[0] == "cosigned":
		n, _, err := open(word[1], read(word[3]))
		if err != nil {
			return "", err
		}
		at, err := cosigned(n, word[2])
		return fmt.Sprintf("at %d", at), err
	case len(word) == 4 && word[0] == "proof":
		entry, err := hex.DecodeString(word[2])
		if err != nil {
			return "", err
		}
		t, _, err := checkProof(word[1], entry, read(word[3]))
		return fmt.Sprintf("%d leaves", t.N), err
	case len(word) == 5 && word[0] == "consistency":
		return "it only grew", consistency(word[1], read(word[2]), read(word[3]), read(word[4]))
	case len(word) == 3 && word[0] == "tiles":
		n, err := tiles(word[1], word[2])
		return fmt.Sprintf("%d leaves", n), err
	case len(word) == 3 && word[0] == "dossier":
		return dossier(word[1], word[2])
	}
	return "", errors.New("no such question")
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<16), 1<<20)
	for in.Scan() {
		if said, err := answer(strings.Split(in.Text(), " ")); err != nil {
			fmt.Printf("FAILED %s\n", strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Printf("ok %s\n", said)
		}
	}
}
