"""What to ask for."""

from __future__ import annotations

from dgcheck.settings.options.option import ASK, Option

ASKING: tuple[Option, ...] = (
    Option("target", (), "text", ASK, "URL of the deployment", field="target_given", env="DGCHECK_TARGET"),
    Option(
        "models",
        ("--model",),
        "models",
        ASK,
        "model that has to be there, both for REST and for streaming unless =rest or =streaming follows; may be "
        "repeated (default: the newest English one that is listed)",
        metavar="NAME",
        common=True,
    ),
    Option("language", ("--language",), "name", ASK, "language to ask for, as in en-US", metavar="TAG", common=True),
    Option("smart_format", ("--smart-format",), "switch", ASK, "ask with smart_format=true"),
    Option("model_version", ("--model-version",), "name", ASK, "pin the version of the model", metavar="VERSION"),
    Option(
        "features",
        ("--feature",),
        "pairs",
        ASK,
        "any other parameter of the query, as in diarize=true; may be repeated",
        metavar="NAME=VALUE",
    ),
    Option(
        "audio",
        ("--audio",),
        "text",
        ASK,
        "your own recording instead of the clip inside",
        metavar="FILE",
        field="audio_file",
        common=True,
    ),
    Option("encoding", ("--encoding",), "name", ASK, "encoding of a raw recording, as in linear16", metavar="NAME"),
    Option(
        "sample_rate",
        ("--sample-rate",),
        "integer",
        ASK,
        "samples per second of a raw recording",
        metavar="HZ",
        limits=(1, 768000),
    ),
    Option("expect", ("--expect",), "text", ASK, "the words that are spoken in the recording", metavar="TEXT"),
    Option(
        "audio_url",
        ("--audio-url",),
        "text",
        ASK,
        "also let the deployment fetch its audio from this URL (check rest.url)",
        metavar="URL",
    ),
    Option(
        "sdk",
        ("--sdk",),
        "name",
        ASK,
        "also ask exactly as this SDK would, as in go@3 (dgcheck sdk list names them)",
        metavar="SDK[@VERSION]",
        common=True,
    ),
    Option(
        "set",
        ("--set",),
        "assignments",
        ASK,
        "a setting of that SDK as your program has it, to see what it would dial; may be repeated",
        metavar="OPTION=VALUE",
        field="sdk_options",
    ),
)
