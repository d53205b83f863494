"""A Java program for a deployment: it reads `audio.wav` and prints what REST and then live heard.

The names are those of the examples at tag v0.3.0; nothing between 0.2.0 and 0.3.0 changed them.
"""

from __future__ import annotations

from dgcheck.model.sdk import Place, Recipe

_CODE = """import com.deepgram.DeepgramClient;
import com.deepgram.core.Environment;
import com.deepgram.resources.listen.v1.media.requests.MediaTranscribeRequestOctetStream;
import com.deepgram.resources.listen.v1.media.types.MediaTranscribeRequestModel;
import com.deepgram.resources.listen.v1.types.ListenV1CloseStream;
import com.deepgram.resources.listen.v1.types.ListenV1CloseStreamType;
import com.deepgram.resources.listen.v1.websocket.V1ConnectOptions;
import com.deepgram.types.ListenV1Model;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import okio.ByteString;

public class Transcribe {
    public static void main(String[] args) throws Exception {
        var environment = Environment.custom()
                .base("@url")
                .production("@url")
                .agent("@url")
                .build();
        var client = DeepgramClient.builder()@key.environment(environment).build();
        byte[] audio = Files.readAllBytes(Path.of("audio.wav"));

        var request = MediaTranscribeRequestOctetStream.builder()
                .body(audio)
                .model(MediaTranscribeRequestModel.NOVA3) // a model that this deployment serves
                .build();
        System.out.println(client.listen().v1().media().transcribeFile(request));

        var live = client.listen().v1().v1WebSocket();
        live.onResults(heard -> System.out.println(heard.getChannel().getAlternatives().get(0).getTranscript()));
        live.onError(failed -> System.err.println(failed.getMessage()));
        live.connect(V1ConnectOptions.builder().model(ListenV1Model.NOVA3).build()).get(10, TimeUnit.SECONDS);
        live.sendMedia(ByteString.of(audio)).get(5, TimeUnit.SECONDS);
        live.sendCloseStream(ListenV1CloseStream.builder()
                        .type(ListenV1CloseStreamType.CLOSE_STREAM)
                        .build())
                .get(5, TimeUnit.SECONDS);
        Thread.sleep(5000); // for the last words
        live.disconnect();
        System.exit(0);
    }
}
"""
_PARTS = (
    "All three parts are needed: one that is left out is null and ends in a NullPointerException, never in the cloud."
)
_NO_KEY = "A key is wanted though the deployment checks none: any text will do."
_CA = (
    "Make the trust store once: keytool -importcert -noprompt -alias deployment -file {} -keystore ca.p12 "
    "-storetype PKCS12 -storepass changeit. It replaces Java's own; or give an OkHttpClient that trusts the CA to "
    ".httpClient()."
)
_OPTIONS = "-Djavax.net.ssl.trustStore=ca.p12 -Djavax.net.ssl.trustStorePassword=changeit"


def recipe(place: Place) -> tuple[Recipe, ...]:
    """One program for both: unlike Go's and .NET's, one address serves REST and live."""
    url = f"{'https' if place.tls else 'http'}://{place.authority}{place.prefix}"
    key = "" if place.key else '.apiKey("a")'
    notes = [_PARTS]
    environment = [("DEEPGRAM_API_KEY", "...")] if place.key else []
    if not place.key:
        notes.append(_NO_KEY)
    if place.tls and place.private_ca:
        notes.append(_CA.format(place.private_ca))
        environment.append(("JAVA_TOOL_OPTIONS", _OPTIONS))
    code = _CODE.replace("@url", url).replace("@key", key)
    return (Recipe(code, "java", tuple(notes), tuple(environment)),)
