package org.starpunk.micropub;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.Profile;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.Token;
import org.starpunk.indieauth.BearerException;
import org.starpunk.note.Note;
import org.starpunk.note.NoteRepository;

/**
 * Answers Micropub queries: configuration, syndication targets, tags and the source of posts (Micropub, section 3.7).
 */
final class MicropubQueryHandler {

    private static final int PAGE = 20;
    private static final int MAX_PAGE = 100;
    private static final int MAX_OFFSET = 10_000;

    private final MicropubPostService posts;
    private final NoteRepository notes;
    private final Supplier<Profile> profile;

    MicropubQueryHandler(MicropubPostService posts, NoteRepository notes, Supplier<Profile> profile) {
        this.posts = posts;
        this.notes = notes;
        this.profile = profile;
    }

    /** Computes the response and returns a handler that sends it. */
    Future<Handler<RoutingContext>> answer(Token token, MultiMap params) {
        if (token.scopes().isEmpty()) {
            throw BearerException.insufficientScope(Scopes.CREATE);
        }
        String query = params.get("q");
        return switch (query == null ? "" : query) {
            case "config" -> whole(Future.succeededFuture(config()));
            case "syndicate-to" -> whole(Future.succeededFuture(new JsonObject().put("syndicate-to", new JsonArray())));
            case "category" -> whole(categories(params.get("filter")));
            case "source" -> source(token, params);
            default -> throw MicropubException.invalid("q must be one of config, source, syndicate-to, category.");
        };
    }

    private static Future<Handler<RoutingContext>> whole(Future<JsonObject> answer) {
        return answer.map(json -> ctx -> ctx.json(json));
    }

    private JsonObject config() {
        return new JsonObject()
                .put("media-endpoint", profile.get().absolute(MicropubRoutes.MEDIA_PATH))
                .put("syndicate-to", new JsonArray())
                .put("q", new JsonArray(List.of("config", "source", "syndicate-to", "category")))
                .put("mp", new JsonArray(List.of("slug", "photo-alt")))
                .put("visibility", new JsonArray(List.of("public", "unlisted", "private")))
                .put("post-types", postTypes());
    }

    private static JsonArray postTypes() {
        JsonArray types = new JsonArray();
        for (String type :
                List.of("note", "article", "photo", "reply", "like", "repost", "bookmark", "rsvp", "checkin")) {
            String name =
                    type.equals("rsvp") ? "RSVP" : type.substring(0, 1).toUpperCase(Locale.ROOT) + type.substring(1);
            types.add(new JsonObject().put("type", type).put("name", name));
        }
        return types;
    }

    private Future<JsonObject> categories(@Nullable String filter) {
        String wanted = filter == null ? "" : filter.toLowerCase(Locale.ROOT);
        return notes.tags().map(tags -> {
            List<String> names = tags.stream()
                    .map(count -> count.tag().name())
                    .filter(name -> name.toLowerCase(Locale.ROOT).contains(wanted))
                    .toList();
            return new JsonObject().put("categories", new JsonArray(names));
        });
    }

    /**
     * Returns the source of posts. Drafts, private and unlisted notes require the scope {@code create} or {@code
     * update}.
     */
    private Future<Handler<RoutingContext>> source(Token token, MultiMap params) {
        if (Set.of(Scopes.CREATE, Scopes.UPDATE, Scopes.DELETE, Scopes.UNDELETE).stream()
                .noneMatch(token.scopes()::has)) {
            throw BearerException.insufficientScope(Scopes.UPDATE);
        }
        boolean everything = token.scopes().has(Scopes.CREATE) || token.scopes().has(Scopes.UPDATE);
        String url = params.get("url");
        return url == null ? list(params, everything) : whole(one(url, wanted(params), everything));
    }

    private Future<JsonObject> one(String url, List<String> wanted, boolean everything) {
        return posts.find(url).map(note -> {
            if (!everything && !note.listed() && !note.deleted()) {
                throw MicropubException.invalid(
                        "The token has neither the scope create nor update, so it can read public posts only.");
            }
            if (note.deleted()) {
                throw MicropubException.invalid("The post at this url is deleted.");
            }
            return json(note, wanted);
        });
    }

    private JsonObject json(Note note, List<String> wanted) {
        MicroformatProperties properties = posts.properties().of(note);
        JsonObject json = new JsonObject();
        if (wanted.isEmpty()) {
            json.put("type", new JsonArray(List.of("h-entry")));
        } else {
            properties.values().keySet().retainAll(wanted);
        }
        JsonObject values = new JsonObject();
        properties.values().forEach((name, list) -> values.put(name, new JsonArray(list)));
        return json.put("properties", values);
    }

    private static List<String> wanted(MultiMap params) {
        List<String> wanted = new ArrayList<>();
        for (Map.Entry<String, String> parameter : params) {
            if (parameter.getKey().matches("properties(\\[[0-9]*])?")) {
                wanted.add(parameter.getValue());
            }
        }
        return wanted;
    }

    private Future<Handler<RoutingContext>> list(MultiMap params, boolean everything) {
        int limit = Math.max(1, number(params, "limit", PAGE, MAX_PAGE));
        int offset = number(params, "offset", 0, MAX_OFFSET);
        List<String> wanted = wanted(params);
        SourceListWriter list = new SourceListWriter(notes, everything, note -> json(note, wanted), limit);
        return list.read(offset).map(first -> ctx -> list.send(ctx, first));
    }

    private static int number(MultiMap params, String name, int otherwise, int max) {
        String text = params.get(name);
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("\\d{1,9}")) {
            throw MicropubException.invalid(name + " is not a number.");
        }
        return Math.min(max, Integer.parseInt(text));
    }
}
