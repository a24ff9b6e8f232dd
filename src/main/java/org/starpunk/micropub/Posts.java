package org.starpunk.micropub;

import io.vertx.core.Future;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.Profile;
import org.starpunk.note.ChangedMeanwhileException;
import org.starpunk.note.Limits;
import org.starpunk.note.NewNote;
import org.starpunk.note.Note;
import org.starpunk.note.NoteChange;
import org.starpunk.note.Notes;
import org.starpunk.note.Photo;
import org.starpunk.note.Tag;

/** The notes, by the URLs and properties that clients use. */
final class Posts {

    private static final int ATTEMPTS = 10;

    private final Notes notes;
    private final Supplier<Profile> profile;
    private final Limits limits;
    private final PhotoIntake photos;

    Posts(Notes notes, Supplier<Profile> profile, Limits limits, PhotoIntake photos) {
        this.notes = notes;
        this.profile = profile;
        this.limits = limits;
        this.photos = photos;
    }

    NoteProperties properties() {
        return new NoteProperties(profile.get());
    }

    /** Where a note is for the client: a draft with what opens it. */
    String location(Note note) {
        String url = profile.get().absolute(note.path());
        return note.previewToken() == null ? url : url + "?preview=" + note.previewToken();
    }

    /** Nothing, or the new place of a note that the client knew under another URL. */
    Done moved(Note note, String url) {
        return note.slug().equals(slug(url)) ? Done.quietly() : Done.created(location(note));
    }

    /** The note of a URL of this site, deleted ones too. Fails with 400 when there is none. */
    Future<Note> find(String url) {
        String slug = slug(url);
        return slug == null
                ? Future.failedFuture(unknown())
                : notes.bySlug(slug).map(note -> note.orElseThrow(Posts::unknown));
    }

    private static MicropubException unknown() {
        return MicropubException.invalid("There is no post at this url.");
    }

    private @Nullable String slug(String url) {
        try {
            URI uri = new URI(url);
            URI site = new URI(profile.get().siteUrl());
            String path = uri.getRawPath();
            if (path == null
                    || !site.getScheme().equalsIgnoreCase(uri.getScheme())
                    || !String.valueOf(site.getRawAuthority()).equalsIgnoreCase(uri.getRawAuthority())
                    || !path.startsWith("/notes/")) {
                return null;
            }
            String slug =
                    URLDecoder.decode(path.substring("/notes/".length()).replace("+", "%2B"), StandardCharsets.UTF_8);
            return slug.isEmpty() || slug.contains("/") ? null : slug;
        } catch (URISyntaxException | IllegalArgumentException e) {
            return null;
        }
    }

    /** Publishes a post. Nothing is left of it when any part of it is refused. */
    Future<Note> create(Action.Create create) {
        Properties post = create.properties();
        refuseSyndication(post);
        NoteProperties reader = properties();
        Note.Content content = reader.content(post, Note.Format.TEXT);
        List<String> alts = post.texts("mp-photo-alt");
        limits.check(photos.announce(content, create.files()));
        NewNote note = new NewNote(content, post.text("mp-slug"), reader.published(post));
        return photos.take(content.photos(), create.files(), alts, taken -> notes.create(with(note, taken)));
    }

    private static NewNote with(NewNote note, List<Photo> taken) {
        return new NewNote(PhotoIntake.with(note.content(), taken), note.wishedSlug(), note.published());
    }

    /** Changes a post: everything that is not named stays as it is. */
    Future<Note> update(Action.Update update) {
        refuseSyndication(update.changes().replace());
        refuseSyndication(update.changes().add());
        return update(update, ATTEMPTS);
    }

    /** Its operations are done to the note as it is: when another client changed it in between, they are done to that. */
    private Future<Note> update(Action.Update update, int attempts) {
        return find(update.url())
                .compose(note -> update(note, update.changes()))
                .recover(failure -> failure instanceof ChangedMeanwhileException && attempts > 1
                        ? update(update, attempts - 1)
                        : Future.failedFuture(failure));
    }

    private Future<Note> update(Note note, Changes changes) {
        NoteProperties reader = properties();
        Properties post = reader.of(note);
        changes.apply(post);
        Note.Format was = note.content().format();
        Note.Content content = reader.content(post, was == Note.Format.HTML ? Note.Format.TEXT : was);
        limits.check(content);
        List<Tag> tags = changes.touch("category") ? content.tags() : null;
        NoteChange change = new NoteChange(
                content,
                tags,
                changes.replace().text("mp-slug"),
                changes.touch("published") ? reader.published(post) : null,
                note.version());
        if (!changes.touch("photo")) {
            return write(note, change);
        }
        return photos.take(content.photos(), List.of(), List.of(), taken -> write(note, with(change, content, taken)));
    }

    private static NoteChange with(NoteChange change, Note.Content content, List<Photo> taken) {
        return new NoteChange(
                PhotoIntake.with(content, taken), change.tags(), change.slug(), change.published(), change.version());
    }

    private Future<Note> write(Note note, NoteChange change) {
        return notes.update(note.id(), change).map(changed -> changed.orElseThrow(Posts::unknown));
    }

    Future<Void> delete(String url) {
        return find(url).compose(note -> notes.delete(note.id())).mapEmpty();
    }

    Future<Note> undelete(String url) {
        return find(url)
                .compose(note -> notes.undelete(note.id())
                        .compose(done -> notes.byId(note.id()))
                        .map(back -> back.orElseThrow(Posts::unknown)));
    }

    /** There is nowhere to syndicate to: whoever names a place names an unknown one. */
    private static void refuseSyndication(Properties post) {
        if (post.text("mp-syndicate-to") != null) {
            throw MicropubException.invalid("mp-syndicate-to names no target of this site.");
        }
    }
}
