package org.starpunk;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.starpunk.config.AlertSettings;
import org.starpunk.outbound.Call;
import org.starpunk.outbound.Outbound;
import org.starpunk.outbound.Page;

/** Posts alerts to the configured webhook and adds the site's address, so that the monitor needs neither. */
final class AlertPost implements Function<JsonObject, Future<Integer>> {

    private final @Nullable String url;
    private final @Nullable Outbound outbound;
    private final Supplier<@Nullable String> site;

    /** @param site supplies the site's address; null before the site is set up */
    AlertPost(Vertx vertx, AlertSettings settings, Supplier<@Nullable String> site) {
        this.url = settings.webhook();
        this.site = site;
        if (url == null) {
            this.outbound = null;
        } else {
            this.outbound = settings.webhookPrivate() ? Outbound.create(vertx, any -> true) : Outbound.create(vertx);
        }
    }

    /**
     * Posts an alert.
     *
     * @return the status code of the response; fails without a webhook or without a response
     */
    @Override
    public Future<Integer> apply(JsonObject alert) {
        if (url == null || outbound == null) {
            return Future.failedFuture("no webhook is configured");
        }
        return outbound.send(Call.post(
                        url, "application/json", alert.put("site", site.get()).toBuffer(), Map.of()))
                .map(Page::status);
    }
}
