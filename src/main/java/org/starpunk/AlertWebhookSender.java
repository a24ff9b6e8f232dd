package org.starpunk;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.starpunk.config.AlertSettings;
import org.starpunk.outbound.OutboundRequest;
import org.starpunk.outbound.OutboundResponse;
import org.starpunk.outbound.PublicHttpClient;

/**
 * Sends alerts to the configured webhook. Adds the site's address, so the monitor needs neither the address nor the
 * webhook.
 */
final class AlertWebhookSender implements Function<JsonObject, Future<Integer>> {

    private final @Nullable String url;
    private final @Nullable PublicHttpClient httpClient;
    private final Supplier<@Nullable String> site;

    /** @param site supplies the site's address; null before the site is set up */
    AlertWebhookSender(Vertx vertx, AlertSettings settings, Supplier<@Nullable String> site) {
        this.url = settings.webhook();
        this.site = site;
        if (url == null) {
            this.httpClient = null;
        } else {
            this.httpClient = settings.webhookPrivate()
                    ? PublicHttpClient.create(vertx, unused -> true)
                    : PublicHttpClient.create(vertx);
        }
    }

    /**
     * Posts an alert.
     *
     * @return the status code of the response; fails without a webhook or without a response
     */
    @Override
    public Future<Integer> apply(JsonObject alert) {
        if (url == null || httpClient == null) {
            return Future.failedFuture("no webhook is configured");
        }
        return httpClient
                .send(OutboundRequest.post(
                        url, "application/json", alert.put("site", site.get()).toBuffer(), Map.of()))
                .map(OutboundResponse::status);
    }
}
