package org.starpunk.micropub;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.Profile;
import org.starpunk.note.DisplayedProperty;
import org.starpunk.note.MarkdownRenderer;
import org.starpunk.note.NewNote;
import org.starpunk.note.Note;
import org.starpunk.note.NoteLimits;
import org.starpunk.note.NoteRepository;
import org.starpunk.note.NoteUpdate;
import org.starpunk.note.NoteVersionConflictException;
import org.starpunk.note.Photo;
import org.starpunk.note.Slug;
import org.starpunk.note.Tag;

/** Creates, finds, changes, deletes and restores notes by the URLs and properties that Micropub clients use. */
final class MicropubPostService {

    /** Command that requests a slug. */
    static final String SLUG = "mp-slug";

    private static final int ATTEMPTS = 10;

    /** Maximum length of a text, in characters, that the event loop renders. */
    private static final int MAX_INLINE_LENGTH = 1_000;

    /** Elements that are visible without text. */
    private static final Pattern SHOWN = Pattern.compile("<(?:img|hr|input)\\b");

    private final NoteRepository notes;
    private final Supplier<Profile> profile;
    private final NoteLimits limits;
    private final PhotoAttachments photos;
    private final Vertx vertx;

    MicropubPostService(
            Vertx vertx, NoteRepository notes, Supplier<Profile> profile, NoteLimits limits, PhotoAttachments photos) {
        this.vertx = vertx;
        this.notes = notes;
        this.profile = profile;
        this.limits = limits;
        this.photos = photos;
    }

    NoteMicroformatMapper properties() {
        return new NoteMicroformatMapper(profile.get());
    }

    /** Returns the URL of a note for the client. The URL of a draft contains its preview token. */
    String location(Note note) {
        String url = profile.get().absolute(note.path());
        return note.previewToken() == null ? url : url + "?preview=" + note.previewToken();
    }

    /** Returns 204 or, if the URL of the note has changed, a result with the new URL. */
    MicropubResult movedResult(Note note, String url) {
        return note.slug().equals(slug(url)) ? MicropubResult.noContent() : MicropubResult.created(location(note));
    }

    /** Adds a message to the result if the requested slug was not available. */
    MicropubResult addressed(Note note, MicroformatProperties wishes, MicropubResult result) {
        Optional<String> wished = Slug.wished(wishes.text(SLUG));
        if (wished.isEmpty() || wished.get().equals(note.slug())) {
            return result;
        }
        String url = profile.get().absolute("/notes/" + wished.get());
        MicropubResult told = result.status() == 204 ? new MicropubResult(200, location(note)) : result;
        return told.saying("The address " + url + " is taken by another post. This post is at "
                + profile.get().absolute(note.path()) + ".");
    }

    /**
     * Returns the note at a URL of this site, which may be deleted. Fails with a {@link MicropubException} with status
     * 400 if there is none.
     */
    Future<Note> find(String url) {
        String slug = slug(url);
        return slug == null
                ? Future.failedFuture(unknown())
                : notes.bySlug(slug).map(note -> note.orElseThrow(MicropubPostService::unknown));
    }

    private static MicropubException unknown() {
        return MicropubException.invalid("There is no post at this url.");
    }

    private @Nullable String slug(String url) {
        return SiteUrlParser.slug(url, profile.get().siteUrl());
    }

    /** Creates a post. Stores nothing if any part of the post is rejected. */
    Future<Note> create(MicropubAction.Create create) {
        MicroformatProperties post = create.properties();
        refuseSyndication(post);
        NoteMicroformatMapper reader = properties();
        Note.Content content = reader.content(post, Note.Format.TEXT);
        requireTime(content.status() == Note.Status.SCHEDULED && reader.published(post) == null);
        List<String> alts = post.texts("mp-photo-alt");
        limits.check(photos.announce(content, create.files()));
        NewNote note = new NewNote(content, post.text(SLUG), reader.published(post));
        return refuseInvisible(photos.announce(content, create.files()))
                .compose(unused -> photos.attach(
                        content.photos(), create.files(), alts, taken -> notes.create(with(note, taken))));
    }

    private static void requireTime(boolean missing) {
        if (missing) {
            throw MicropubException.invalid("A scheduled post needs a time: send it as published.");
        }
    }

    /** Rejects a post that is invisible because sanitizing removes all its markup. */
    private Future<Void> refuseInvisible(Note.Content content) {
        boolean other = content.title() != null
                || !content.photos().isEmpty()
                || !DisplayedProperty.text(content).isEmpty();
        if (other || content.format() == Note.Format.TEXT) {
            return Future.succeededFuture();
        }
        return content.text().length() > MAX_INLINE_LENGTH
                ? vertx.executeBlocking(() -> isVisible(content), false).map(MicropubPostService::requireVisible)
                : Future.succeededFuture(isVisible(content)).map(MicropubPostService::requireVisible);
    }

    private static boolean isVisible(Note.Content content) {
        MarkdownRenderer.RenderedText read = MarkdownRenderer.read(content.text(), content.format());
        return !read.text().isBlank() || SHOWN.matcher(read.html()).find();
    }

    private static @Nullable Void requireVisible(boolean visible) {
        if (!visible) {
            throw MicropubException.invalid("The content is empty after scripts, styles, forms and other"
                    + " disallowed elements are removed. Send a text, or a link to the content.");
        }
        return null;
    }

    private static NewNote with(NewNote note, List<Photo> taken) {
        return new NewNote(PhotoAttachments.with(note.content(), taken), note.wishedSlug(), note.published());
    }

    /** Changes a post. Properties that the update does not name stay unchanged. */
    Future<Note> update(MicropubAction.Update update) {
        refuseSyndication(update.changes().replace());
        refuseSyndication(update.changes().add());
        return update(update, ATTEMPTS);
    }

    /**
     * Applies the operations to the current note. Repeats this if another client has changed the note at the same time.
     */
    private Future<Note> update(MicropubAction.Update update, int attempts) {
        return find(update.url())
                .compose(note -> update(note, update.changes()))
                .recover(failure -> failure instanceof NoteVersionConflictException && attempts > 1
                        ? update(update, attempts - 1)
                        : Future.failedFuture(failure));
    }

    private Future<Note> update(Note note, UpdateOperations updateOperations) {
        NoteMicroformatMapper reader = properties();
        MicroformatProperties post = reader.of(note);
        updateOperations.apply(post);
        Note.Format was = note.content().format();
        Note.Content content = reader.content(post, was == Note.Format.HTML ? Note.Format.TEXT : was);
        limits.check(content);
        boolean wasScheduled = note.content().status() == Note.Status.SCHEDULED;
        requireTime(
                content.status() == Note.Status.SCHEDULED && !wasScheduled && !updateOperations.touches("published"));
        return (updateOperations.touches("content") ? refuseInvisible(content) : Future.<Void>succeededFuture())
                .compose(unused -> update(note, updateOperations, post, content));
    }

    private Future<Note> update(
            Note note, UpdateOperations updateOperations, MicroformatProperties post, Note.Content content) {
        NoteMicroformatMapper reader = properties();
        List<Tag> tags = updateOperations.touches("category") ? content.tags() : null;
        NoteUpdate change = new NoteUpdate(
                content,
                tags,
                post.text(SLUG),
                updateOperations.touches("published") ? reader.published(post) : null,
                note.version());
        if (!updateOperations.touches("photo")) {
            return write(note, change);
        }
        return photos.attach(
                content.photos(), List.of(), List.of(), taken -> write(note, with(change, content, taken)));
    }

    private static NoteUpdate with(NoteUpdate change, Note.Content content, List<Photo> taken) {
        return new NoteUpdate(
                PhotoAttachments.with(content, taken),
                change.tags(),
                change.slug(),
                change.published(),
                change.version());
    }

    private Future<Note> write(Note note, NoteUpdate change) {
        return notes.update(note.id(), change).map(changed -> changed.orElseThrow(MicropubPostService::unknown));
    }

    Future<Void> delete(String url) {
        return find(url).compose(note -> notes.delete(note.id())).mapEmpty();
    }

    Future<Note> undelete(String url) {
        return find(url)
                .compose(note -> notes.undelete(note.id())
                        .compose(unused -> notes.byId(note.id()))
                        .map(back -> back.orElseThrow(MicropubPostService::unknown)));
    }

    /** Rejects every syndication target, because this site has none. */
    private static void refuseSyndication(MicroformatProperties post) {
        if (post.text("mp-syndicate-to") != null) {
            throw MicropubException.invalid("mp-syndicate-to names no target of this site.");
        }
    }
}
