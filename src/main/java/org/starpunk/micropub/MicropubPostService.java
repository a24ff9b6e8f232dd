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

/** The notes, by the URLs and properties that clients use. */
final class MicropubPostService {

    /** The command that wishes for an address. */
    static final String SLUG = "mp-slug";

    private static final int ATTEMPTS = 10;

    /** Length of a text, characters, up to which it is rendered on the event loop. */
    private static final int MAX_INLINE_LENGTH = 1_000;

    /** Elements that show something without a text. */
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

    /** Where a note is for the client: a draft with what opens it. */
    String location(Note note) {
        String url = profile.get().absolute(note.path());
        return note.previewToken() == null ? url : url + "?preview=" + note.previewToken();
    }

    /** Nothing, or the new place of a note that the client knew under another URL. */
    MicropubResult movedResult(Note note, String url) {
        return note.slug().equals(slug(url)) ? MicropubResult.noContent() : MicropubResult.created(location(note));
    }

    /** The same, saying that the wished address was taken, when the note got another one for that reason. */
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

    /** The note of a URL of this site, deleted ones too. Fails with 400 when there is none. */
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

    /** Publishes a post. Nothing is left of it when any part of it is refused. */
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
            throw MicropubException.invalid("A scheduled post needs its time: send it as published.");
        }
    }

    /** Refuses a post of which a page would show nothing, as all of its markup is left out. */
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
            throw MicropubException.invalid("Nothing is left of the content when scripts, styles, forms and other"
                    + " elements that a page must not have are removed. Send a text, or a link to what it shows.");
        }
        return null;
    }

    private static NewNote with(NewNote note, List<Photo> taken) {
        return new NewNote(PhotoAttachments.with(note.content(), taken), note.wishedSlug(), note.published());
    }

    /** Changes a post: everything that is not named stays as it is. */
    Future<Note> update(MicropubAction.Update update) {
        refuseSyndication(update.changes().replace());
        refuseSyndication(update.changes().add());
        return update(update, ATTEMPTS);
    }

    /** Its operations are done to the note as it is: when another client changed it in between, they are done to that. */
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

    /** There is nowhere to syndicate to: whoever names a place names an unknown one. */
    private static void refuseSyndication(MicroformatProperties post) {
        if (post.text("mp-syndicate-to") != null) {
            throw MicropubException.invalid("mp-syndicate-to names no target of this site.");
        }
    }
}
