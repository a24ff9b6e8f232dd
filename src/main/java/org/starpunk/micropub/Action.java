package org.starpunk.micropub;

import io.vertx.core.Future;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.starpunk.identity.Scopes;

/** What a client asks for. */
sealed interface Action {

    /** The scope that it takes, by its exact name; also the action's own name. */
    String scope();

    /** The names of the properties that it is about, for the author's log. */
    Collection<String> names();

    Future<Done> run(Posts posts);

    /**
     * A new post.
     *
     * @param properties what it is to have, {@code mp-…} commands among them
     * @param files pictures that came with it, in order
     */
    record Create(Properties properties, List<String> files) implements Action {
        @Override
        public String scope() {
            return Scopes.CREATE;
        }

        @Override
        public Collection<String> names() {
            return properties.values().keySet();
        }

        @Override
        public Future<Done> run(Posts posts) {
            return posts.create(this)
                    .map(note -> posts.addressed(note, properties, Done.created(posts.location(note))));
        }
    }

    /** Changes to the post of a URL. */
    record Update(String url, Changes changes) implements Action {
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
        public Future<Done> run(Posts posts) {
            return posts.update(this).map(note -> {
                Properties wishes = changes.replace().has(Posts.SLUG) ? changes.replace() : changes.add();
                return posts.addressed(note, wishes, posts.moved(note, url));
            });
        }
    }

    /** The end of the post of a URL. */
    record Delete(String url) implements Action {
        @Override
        public String scope() {
            return Scopes.DELETE;
        }

        @Override
        public Collection<String> names() {
            return List.of();
        }

        @Override
        public Future<Done> run(Posts posts) {
            return posts.delete(url).map(Done.quietly());
        }
    }

    /** The return of the post of a URL. */
    record Undelete(String url) implements Action {
        @Override
        public String scope() {
            return Scopes.UNDELETE;
        }

        @Override
        public Collection<String> names() {
            return List.of();
        }

        @Override
        public Future<Done> run(Posts posts) {
            return posts.undelete(url).map(note -> posts.moved(note, url));
        }
    }
}
