package org.starpunk.micropub;

import io.vertx.core.Future;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.starpunk.identity.Scopes;

/** What a client asks for. */
sealed interface MicropubAction {

    /** The scope that it takes, by its exact name; also the action's own name. */
    String scope();

    /** The names of the properties that it is about, for the author's log. */
    Collection<String> names();

    Future<MicropubResult> run(MicropubPostService posts);

    /**
     * A new post.
     *
     * @param properties what it is to have, {@code mp-…} commands among them
     * @param files pictures that came with it, in order
     */
    record Create(MicroformatProperties properties, List<String> files) implements MicropubAction {
        @Override
        public String scope() {
            return Scopes.CREATE;
        }

        @Override
        public Collection<String> names() {
            return properties.values().keySet();
        }

        @Override
        public Future<MicropubResult> run(MicropubPostService posts) {
            return posts.create(this)
                    .map(note -> posts.addressed(note, properties, MicropubResult.created(posts.location(note))));
        }
    }

    /** Changes to the post of a URL. */
    record Update(String url, UpdateOperations changes) implements MicropubAction {
        @Override
        public String scope() {
            return Scopes.UPDATE;
        }

        @Override
        public Collection<String> names() {
            Set<String> names = new LinkedHashSet<>(changes.replace().values().keySet());
            names.addAll(changes.add().values().keySet());
            names.addAll(changes.deleteValues().values().keySet());
            names.addAll(changes.deleteNames());
            return names;
        }

        @Override
        public Future<MicropubResult> run(MicropubPostService posts) {
            return posts.update(this).map(note -> {
                MicroformatProperties wishes =
                        changes.replace().has(MicropubPostService.SLUG) ? changes.replace() : changes.add();
                return posts.addressed(note, wishes, posts.movedResult(note, url));
            });
        }
    }

    /** The end of the post of a URL. */
    record Delete(String url) implements MicropubAction {
        @Override
        public String scope() {
            return Scopes.DELETE;
        }

        @Override
        public Collection<String> names() {
            return List.of();
        }

        @Override
        public Future<MicropubResult> run(MicropubPostService posts) {
            return posts.delete(url).map(MicropubResult.noContent());
        }
    }

    /** The return of the post of a URL. */
    record Undelete(String url) implements MicropubAction {
        @Override
        public String scope() {
            return Scopes.UNDELETE;
        }

        @Override
        public Collection<String> names() {
            return List.of();
        }

        @Override
        public Future<MicropubResult> run(MicropubPostService posts) {
            return posts.undelete(url).map(note -> posts.movedResult(note, url));
        }
    }
}
