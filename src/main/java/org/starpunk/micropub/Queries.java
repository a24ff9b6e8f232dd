package org.starpunk.micropub;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.Profile;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.Token;
import org.starpunk.indieauth.BearerException;
import org.starpunk.note.Note;
import org.starpunk.note.NoteQuery;
import org.starpunk.note.Notes;

/** What a client asks about: the server's abilities, the tags, the source of posts (Micropub §3.7). */
final class Queries {

    private static final int PAGE = 20;
    private static final int MAX_PAGE = 100;
    private static final int MAX_OFFSET = 10_000;

    private final Posts posts;
    private final Notes notes;
    private final Supplier<Profile> profile;

    Queries(Posts posts, Notes notes, Supplier<Profile> profile) {
        this.posts = posts;
        this.notes = notes;
        this.profile = profile;
    }

    Future<JsonObject> answer(Token token, MultiMap params) {
        if (token.scopes().isEmpty()) {
            throw BearerException.lacks(Scopes.CREATE);
        }
        String query = params.get("q");
        return switch (query == null ? "" : query) {
            case "config" -> Future.succeededFuture(config());
            case "syndicate-to" -> Future.succeededFuture(new JsonObject().put("syndicate-to", new JsonArray()));
            case "category" -> categories(params.get("filter"));
            case "source" -> source(token, params);
            default -> throw MicropubException.invalid("q is one of config, source, syndicate-to, category.");
        };
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
        for (String type : List.of("note", "article", "photo", "reply", "like", "repost")) {
            String name = type.substring(0, 1).toUpperCase(Locale.ROOT) + type.substring(1);
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

    /** The source shows drafts and private notes: only to a client that may write them. */
    private Future<JsonObject> source(Token token, MultiMap params) {
        if (Set.of(Scopes.CREATE, Scopes.UPDATE, Scopes.DELETE, Scopes.UNDELETE).stream()
                .noneMatch(token.scopes()::has)) {
            throw BearerException.lacks(Scopes.UPDATE);
        }
        String url = params.get("url");
        return url == null ? list(params) : one(url, wanted(params));
    }

    private Future<JsonObject> one(String url, List<String> wanted) {
        return posts.find(url).map(note -> {
            if (note.deleted()) {
                throw MicropubException.invalid("The post at this url is deleted.");
            }
            return json(note, wanted);
        });
    }

    private JsonObject json(Note note, List<String> wanted) {
        Properties properties = posts.properties().of(note);
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
        List<String> wanted = new ArrayList<>(params.getAll("properties"));
        wanted.addAll(params.getAll("properties[]"));
        return wanted;
    }

    private Future<JsonObject> list(MultiMap params) {
        int limit = Math.max(1, number(params, "limit", PAGE, MAX_PAGE));
        int offset = number(params, "offset", 0, MAX_OFFSET);
        List<Note> found = new ArrayList<>();
        return collect(found, null, offset + limit).map(done -> {
            JsonArray items = new JsonArray();
            List<String> wanted = wanted(params);
            found.stream().skip(offset).limit(limit).forEach(note -> items.add(json(note, wanted)));
            return new JsonObject().put("items", items);
        });
    }

    private Future<Void> collect(List<Note> found, NoteQuery.@Nullable Cursor after, int enough) {
        return notes.list(new NoteQuery(null, null, after, MAX_PAGE, true)).compose(page -> {
            page.notes().stream().filter(note -> !note.deleted()).forEach(found::add);
            boolean more = page.next() != null && found.size() < enough;
            return more ? collect(found, page.next(), enough) : Future.succeededFuture();
        });
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
