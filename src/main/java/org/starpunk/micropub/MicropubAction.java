package org.starpunk.micropub;

import io.vertx.core.Future;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.starpunk.identity.Scopes;

/** Action that a Micropub client requests. */
sealed interface MicropubAction {

    /** Returns the exact name of the required scope, which is also the name of the action. */
    String scope();

    /** Returns the names of the affected properties, for the author's request log. */
    Collection<String> names();

    Future<MicropubResult> run(MicropubPostService posts);

    /**
     * Creates a post.
     *
     * @param properties properties of the post, and {@code mp-…} commands
     * @param files paths of the uploaded pictures, in order
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

    /** Changes the post at a URL. */
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

    /** Deletes the post at a URL. */
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

    /** Restores the deleted post at a URL. */
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
