package org.starpunk.site;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;
import java.util.function.Supplier;
import org.starpunk.identity.Profile;
import org.starpunk.note.NoteRepository;
import org.starpunk.note.NoteSearch;
import org.starpunk.telemetry.Recorder;
import org.starpunk.view.CachedPageHandler;
import org.starpunk.view.StaticAssets;
import org.starpunk.view.Templates;

/**
 * Dependencies of the public pages. Each HTTP verticle has its own instance, with its own recorder and page cache.
 *
 * @param notes stored notes
 * @param search full-text search
 * @param profile returns the current profile of the site
 * @param pages cache of rendered pages
 * @param views templates
 * @param assets files that pages link to
 * @param recorder records business events
 * @param isAuthor returns whether the author sent the request
 */
public record SiteDependencies(
        NoteRepository notes,
        NoteSearch search,
        Supplier<Profile> profile,
        CachedPageHandler pages,
        Templates views,
        StaticAssets assets,
        Recorder recorder,
        Function<RoutingContext, Future<Boolean>> isAuthor) {}
