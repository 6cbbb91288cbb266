// dossier.go - a dossier read by Go's own zip, hashes and Ed25519, after RFC 8493 and docs/dossier.md.
package main

import (
	"archive/zip"
	"bytes"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

type bag map[string][]byte

// unzip takes every member, each once, all in one folder; Go checks the CRC of each as it reads.
func unzip(path string) (bag, error) {
	r, err := zip.OpenReader(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, base := bag{}, ""
	for _, f := range r.File {
		slash := strings.Index(f.Name, "/")
		if slash < 1 || strings.Contains(f.Name, "..") || strings.HasSuffix(f.Name, "/") {
			return nil, fmt.Errorf("a name that cannot be: %q", f.Name)
		}
		if base == "" {
			base = f.Name[:slash+1]
		}
		if !strings.HasPrefix(f.Name, base) {
			return nil, errors.New("two folders")
		}
		in, err := f.Open()
		if err != nil {
			return nil, err
		}
		all, err := io.ReadAll(in)
		if err != nil {
			return nil, err
		}
		name := f.Name[len(base):]
		if _, twice := b[name]; twice {
			return nil, fmt.Errorf("%s is there twice", name)
		}
		b[name] = all
	}
	return b, nil
}

// list holds a manifest against the files: each line fits a file, each file of its side has a line.
func (b bag) list(name string, payload bool, digest func([]byte) string) error {
	text, there := b[name]
	if !there {
		return fmt.Errorf("%s is missing", name)
	}
	listed := map[string]bool{}
	for _, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		part := strings.SplitN(line, "  ", 2)
		if len(part) != 2 || listed[part[1]] {
			return fmt.Errorf("%s: a line that cannot be", name)
		}
		file, there := b[part[1]]
		if !there || strings.HasPrefix(part[1], "data/") != payload || digest(file) != part[0] {
			return fmt.Errorf("%s: %s does not fit", name, part[1])
		}
		listed[part[1]] = true
	}
	for file := range b {
		if strings.HasPrefix(file, "data/") == payload && file != name && !listed[file] {
			return fmt.Errorf("%s: %s is in no line", name, file)
		}
	}
	return nil
}

func hex256(b []byte) string { s := sha256.Sum256(b); return hex.EncodeToString(s[:]) }
func hex512(b []byte) string { s := sha512.Sum512(b); return hex.EncodeToString(s[:]) }

func (b bag) bagit() error {
	if string(b["bagit.txt"]) != "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n" {
		return errors.New("no bag of version 1.0")
	}
	if err := b.list("manifest-sha256.txt", true, hex256); err != nil {
		return err
	}
	if err := b.list("manifest-sha512.txt", true, hex512); err != nil {
		return err
	}
	if err := b.list("tagmanifest-sha256.txt", false, hex256); err != nil {
		return err
	}
	files, size := 0, 0
	for name, file := range b {
		if strings.HasPrefix(name, "data/") {
			files++
			size += len(file)
		}
	}
	if !bytes.Contains(b["bag-info.txt"], []byte(fmt.Sprintf("Payload-Oxum: %d.%d\n", size, files))) {
		return errors.New("another Payload-Oxum")
	}
	return nil
}

// seal: what it names has the digests that it says, and the key signed it.
func (b bag) seal(vkey string) (map[string]string, error) {
	text := string(b["seal.txt"])
	fields := map[string]string{}
	for _, line := range strings.Split(text, "\n")[1:] {
		if at := strings.Index(line, " "); at > 0 {
			fields[line[:at]] = line[at+1:]
		}
	}
	for field, file := range map[string]string{"manifest-sha256": "manifest-sha256.txt", "manifest-sha512": "manifest-sha512.txt", "bag-info": "bag-info.txt", "bagit": "bagit.txt", "readme": "verify/README.txt"} {
		if fields[field] != hex256(b[file]) {
			return nil, fmt.Errorf("the seal does not fit %s", file)
		}
	}
	if page, there := b["verify/verifier.html"]; there && fields["verifier"] != hex256(page) {
		return nil, errors.New("the seal does not fit the page")
	}
	part := strings.SplitN(vkey, "+", 3)
	key, err := base64.StdEncoding.DecodeString(part[len(part)-1])
	if err != nil || len(part) != 3 || len(key) != 33 || strings.TrimSuffix(string(b["proofs/key.txt"]), "\n") != vkey {
		return nil, errors.New("another key")
	}
	if fields["origin"] != part[0] || !ed25519.Verify(ed25519.PublicKey(key[1:]), []byte(text), b["proofs/seal.sig"]) {
		return nil, errors.New("the seal's signature does not fit")
	}
	return fields, nil
}

type opening struct {
	CaseSeq    int64 `json:"case_seq"`
	Withheld   bool
	Commitment string
	Event      string
	Salt       string
}
type event struct {
	Kind, Subject, Prev, Body string
	CaseSeq                   int64 `json:"case_seq"`
}

// opened reads one opening; of an open one the commitment follows from event and salt.
func opened(line []byte) (o opening, e event, entry []byte, err error) {
	if err = json.Unmarshal(line, &o); err != nil {
		return
	}
	if entry, err = hex.DecodeString(o.Commitment); err != nil || len(entry) != 33 || entry[0] != 1 {
		return o, e, entry, errors.New("no commitment")
	}
	if o.Withheld {
		return
	}
	salt, err := hex.DecodeString(o.Salt)
	if err != nil {
		return o, e, entry, err
	}
	mac := hmac.New(sha256.New, salt)
	mac.Write([]byte(o.Event))
	if !hmac.Equal(mac.Sum(nil), entry[1:]) {
		return o, e, entry, errors.New("the commitment does not follow from what is opened")
	}
	err = json.Unmarshal([]byte(o.Event), &e)
	return
}

// custody walks the case's chain: no number left out, each open act names the one before it and stands in the tree.
func (b bag) custody(vkey string, seal map[string]string) (int, error) {
	last, n, open := strings.Repeat("0", 66), int64(0), 0
	for _, line := range bytes.Split(bytes.TrimSuffix(b["data/custody/events.jsonl"], []byte("\n")), []byte("\n")) {
		o, e, entry, err := opened(line)
		n++
		if err != nil || o.CaseSeq != n {
			return 0, fmt.Errorf("act %d of the case: %v", n, err)
		}
		if !o.Withheld {
			if e.Prev != last || e.CaseSeq != n {
				return 0, fmt.Errorf("act %d does not follow the one before it", n)
			}
			if _, _, err := checkProof(vkey, entry, b[fmt.Sprintf("proofs/act-%06d.tlog-proof", n)]); err != nil {
				return 0, fmt.Errorf("act %d: %v", n, err)
			}
			open++
		}
		last = o.Commitment
	}
	if seal["case-acts"] != fmt.Sprint(n) || seal["case-head"] != last {
		return 0, errors.New("the chain does not end where the seal says")
	}
	return open, nil
}

func dossier(vkey, path string) (string, error) {
	b, err := unzip(path)
	if err != nil {
		return "", err
	}
	if err := b.bagit(); err != nil {
		return "", err
	}
	seal, err := b.seal(vkey)
	if err != nil {
		return "", err
	}
	_, e, entry, err := opened(b["proofs/sealed.json"])
	if err != nil {
		return "", err
	}
	var body struct{ Seal string }
	if err := json.Unmarshal([]byte(e.Body), &body); err != nil || e.Kind != "dossier.sealed" || body.Seal != hex256(b["seal.txt"]) {
		return "", errors.New("the act is of another seal")
	}
	if _, _, err := checkProof(vkey, entry, b["proofs/sealed.tlog-proof"]); err != nil {
		return "", err
	}
	if p, there := b["proofs/sealed-cosigned.tlog-proof"]; there {
		_, n, err := checkProof(vkey, entry, p)
		if err != nil {
			return "", err
		}
		for _, line := range strings.Split(string(b["proofs/policy"]), "\n") {
			if word := strings.Split(line, " "); word[0] == "witness" && len(word) > 2 {
				if _, err := cosigned(n, word[2]); err != nil {
					return "", err
				}
			}
		}
	}
	if _, _, err := open(vkey, b["proofs/checkpoint"]); err != nil {
		return "", err
	}
	open, err := b.custody(vkey, seal)
	return fmt.Sprintf("%d files, %d open acts in the tree", len(b), open), err
}
