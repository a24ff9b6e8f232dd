package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/** A viewer of a dashboard: reads its event stream and stores the last event. */
final class DashboardViewer implements AutoCloseable {

    /** Retained, because an unreferenced client may be garbage collected together with its streams. */
    private final HttpClient client = HttpClient.newHttpClient();

    private final InputStream stream;
    private volatile JsonObject last = new JsonObject();

    /** @param node node to show, or all */
    DashboardViewer(StartedSiteClient author, URI by, String node) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer =
                client.send(author.request(by, "/admin/metrics/stream?node=" + node), BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        stream = answer.body();
        Thread reader = new Thread(this::read);
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("data: {")) {
                    last = new JsonObject(line.substring(6));
                }
            }
        } catch (IOException closed) {
            // The test closes the stream.
        }
    }

    /** Returns the last event of the stream. */
    JsonObject sees() {
        return last;
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
