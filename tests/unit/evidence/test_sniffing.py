"""Content is told apart by its bytes, whatever its name; what is not read is named."""

import pytest
from tests.unit.evidence.conftest import Look, Written

from crossline.evidence.sniffing import container_of, looks_like

XML = '<?xml version="1.0"?>\n<Events><Event xmlns="x"><System/></Event></Events>'


@pytest.mark.parametrize(
    ("head", "container"),
    [
        (b"ElfFile\0" + bytes(100), "evtx"),
        (bytes(4096) + b"ElfChnk\0", "evtx"),
        (XML.encode(), "xml"),
        (b"\xef\xbb\xbf" + XML.encode(), "xml"),
        (XML.encode("utf-16"), "xml"),
        (XML.encode("utf-16-le"), "xml"),
        (XML.encode("utf-16-be"), "xml"),
        (b"<!-- a --><Event><System/></Event>", "xml"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><Events>', "xml"),
        (b'{"a": 1}\n{"a": 2}\n', "json_lines"),
        (b'\xef\xbb\xbf{"a": 1}\r\n', "json_lines"),
        ('{"a": 1}\n'.encode("utf-16"), "json_lines"),
        (b'broken {\n{"a": 2}\n', "json_lines"),
        (b'{"a": "' + b"x" * 60_000, "json_lines"),
        (b'[\n {"a": 1}]', "json_array"),
        (b"[]", "json_array"),
        (b'{"Records": [{"a": 1}]}', "json_array"),
        (b'{\n  "a": 1\n}\n{\n "a": 2\n}', "json"),
        (b'{"a": 1}{"a": 2}', "json"),
        (b"", None),
        (b"Nov 24 10:00:00 host sshd[1]: hello\n", "syslog"),
        (b"<34>1 2003-10-11T22:14:15.003Z h su - ID47 - hello\n", "syslog"),
        (b"#separator \\x09\n#set_separator\t,\n", "zeek"),
        (b"#Software: IIS\n#Fields: date time c-ip\n", "w3c"),
        (b"type=EOE msg=audit(1.000:2): \n", "linux_audit"),
        (b'::1 - - [13/Jan/2016:19:31:16 +0000] "GET / HTTP/1.1" 200 4\n', "web_access"),
        (b"a,b,c,d,e\nInfo,2019/11/07 17:39:40,Source,5,t,m\n", "event_viewer_csv"),
        (b"Jul  9 13:20:11\t10.0.0.1\tada\ttty2\t10.0.6.40\tstart\ttask_id=1\n", "tac_plus"),
        (b'Tue Nov 10 09:14:02 2020\n\tUser-Name = "web"\n', "radius_detail"),
        (b"%% NE=H %%\n2018-08-07 10:14:20|LMT|op|10.0.0.1|LST SUB;|RETCODE=0|OK\n", "mml"),
        (b'2019-02-26 10:22:31 UTC,"a","b",2,"h:1",5c74a1b7.4fbd,3,"SELECT",\n', "csvlog"),
        (b"OBJECT_NAME,DBUSERNAME,ACTION_NAME,EVENT_TIMESTAMP\n", "headed_csv"),
        (b"\xef\xbb\xbfTICKET_ID;opened;summary\n", "headed_csv"),
        (b"an ordinary text\n", None),
        (b"\xff\xfe", None),
        (b"[1, 2]", None),
    ],
)
def test_content_is_recognised(head: bytes, container: str | None) -> None:
    assert container_of(head) == container


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"#separator \\x09\n#set_separator\t,\n", "Zeek TSV"),
        (b"#Software: Microsoft Internet Information Services 10.0\n", "W3C extended log (IIS)"),
        (b"type=SYSCALL msg=audit(1652292621.986:84138): arch=c000003e\n", "a Linux audit log"),
        (b"Nov 24 10:00:00 host sshd[1]: hello\n", "syslog"),
        (
            b'10.0.0.1 - - [24/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1\n',
            "a web server's access log",
        ),
        (b"Time,Host,User\n1,a,b\n", "CSV"),
        (b"MZ\x90\0", "a program"),
        (bytes(257) + b"ustar\0", "a tar archive"),
        (b"hello there\n", "text"),
        (b"\0\1\2\3", "binary data"),
        (b"", "an empty file"),
    ],
)
def test_what_is_not_read_says_what_it_looks_like(head: bytes, words: str) -> None:
    assert looks_like(head) == words


def test_an_unread_format_is_one_fault_and_no_record(look: Look, written: Written) -> None:
    seen = look(written(b"an ordinary text\n", "evidence/auth.evtx"))
    assert seen.texts == []
    assert [(fault.kind, fault.reason, fault.count) for fault in seen.faults] == [
        ("file", "format not read yet: looks like text", 1)
    ]


def test_an_empty_file_says_so(look: Look, written: Written) -> None:
    assert look(written(b"")).reasons == ["is empty"]
