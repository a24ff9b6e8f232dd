package org.starpunk.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.starpunk.archive.ArbitraryNotes;
import org.starpunk.archive.ArchiveMediaStore;
import org.starpunk.archive.ArchiveNoteRepository;
import org.starpunk.archive.DurableFiles;
import org.starpunk.archive.Exporter;
import org.starpunk.archive.ImportReport;
import org.starpunk.archive.Importer;
import org.starpunk.job.ProgressListener;
import org.starpunk.note.ArchivedNote;
import org.starpunk.note.Note;
import org.starpunk.note.NoteLimits;

/** An export that is imported into an empty site restores the site. */
class ArchiveRoundTripTest {

    private static final NoteLimits LIMITS = new NoteLimits(200_000, 50, 100, 300);

    @Property(tries = 4)
    void a_site_of_arbitrary_notes_comes_back_as_it_was_and_only_once(@ForAll("sites") List<ArchivedNote> notes)
            throws IOException {
        Path folder = Files.createTempDirectory("starpunk-archive");
        try (RunningStore one = RunningStore.start(folder.resolve("one"));
                RunningStore other = RunningStore.start(folder.resolve("other"))) {
            BlockingArchive from = new BlockingArchive(one);
            assertThat(notes).hasSizeGreaterThan(2);
            List<ArchivedNote.ImportOutcome> unused = from.add(notes);
            List<ArchivedNote> before = all(from);
            assertThat(before).hasSize(notes.size());
            for (String target : List.of("site.zip", "site")) {
                Exporter.ExportResult done = new Exporter(from, folder.resolve("one"), new JsonObject(), ZoneOffset.UTC)
                        .run(folder.resolve(target), Instant.now(), ProgressListener.none());
                assertThat(done.notes()).isEqualTo(notes.size());
            }

            BlockingArchive to = new BlockingArchive(other);
            ImportReport first = bring(folder.resolve("site.zip"), to);
            assertThat(first.skipped()).isEmpty();
            assertThat(first.renamed()).isEmpty();
            assertThat(first.addedNotes()).isEqualTo(notes.size());
            assertThat(all(to)).isEqualTo(before);

            ImportReport again = bring(folder.resolve("site"), to);
            assertThat(again.skipped()).isEmpty();
            assertThat(again.addedNotes()).isZero();
            assertThat(again.notesThere()).isEqualTo(notes.size());
            assertThat(all(to)).isEqualTo(before);
        } finally {
            DurableFiles.deleteAll(folder);
        }
    }

    /** Provides notes with different slugs that a site accepts. */
    @Provide
    static Arbitrary<List<ArchivedNote>> sites() {
        Arbitrary<String> urls = Arbitraries.of(
                "https://example.org/",
                "http://example.org:8080/a?b=c#d",
                "https://xn--mnchen-3ya.de/%C3%A9",
                "https://[::1]/x");
        return ArbitraryNotes.notes(urls).list().ofMinSize(20).ofMaxSize(120).map(ArchiveRoundTripTest::acceptable);
    }

    private static List<ArchivedNote> acceptable(List<ArchivedNote> notes) {
        List<ArchivedNote> acceptable = new ArrayList<>();
        Set<String> slugs = new HashSet<>();
        for (ArchivedNote note : notes) {
            List<String> old =
                    note.oldSlugs().stream().filter(slugs::add).sorted().toList();
            boolean draft = note.content().status() == Note.Status.DRAFT;
            try {
                LIMITS.check(note.content());
            } catch (IllegalArgumentException e) {
                continue;
            }
            if (slugs.add(note.slug()) && (!draft || note.previewToken() != null)) {
                acceptable.add(new ArchivedNote(
                        note.content(),
                        "urn:uuid:" + UUID.nameUUIDFromBytes(note.slug().getBytes(UTF_8)),
                        note.slug(),
                        old,
                        note.published(),
                        note.updated(),
                        note.deletedAt() == null ? null : note.deletedAt().withOffsetSameInstant(ZoneOffset.UTC),
                        draft ? note.previewToken() : null,
                        true));
            }
        }
        return acceptable;
    }

    private static List<ArchivedNote> all(ArchiveNoteRepository repository) {
        return repository.listAfter(0, 10_000).stream()
                .map(ArchivedNote.Numbered::note)
                .toList();
    }

    private static ImportReport bring(Path source, ArchiveNoteRepository repository) throws IOException {
        return new Importer(repository, new NoPictures(), LIMITS, ZoneOffset.UTC, false, ProgressListener.none())
                .run(source);
    }

    /** Blocking access to the notes of a store. */
    private record BlockingArchive(ArchiveStore store) implements ArchiveNoteRepository {

        private BlockingArchive(RunningStore running) {
            this(new ArchiveStore(running.vertx, running.client));
        }

        @Override
        public long count() {
            return RunningStore.await(store.count());
        }

        @Override
        public List<ArchivedNote.Numbered> listAfter(long id, int limit) {
            return RunningStore.await(store.listAfter(id, limit));
        }

        @Override
        public List<ArchivedNote.ImportOutcome> classify(List<ArchivedNote> notes) {
            return RunningStore.await(store.classify(notes));
        }

        @Override
        public List<ArchivedNote.ImportOutcome> add(List<ArchivedNote> notes) {
            return RunningStore.await(store.add(notes));
        }
    }

    private static final class NoPictures implements ArchiveMediaStore {

        @Override
        public void check(InputStream in) {
            throw new AssertionError("there are no pictures");
        }

        @Override
        public boolean has(String name) {
            return false;
        }

        @Override
        public void adopt(String name, InputStream in) {
            throw new AssertionError("there are no pictures");
        }

        @Override
        public String store(InputStream in) {
            throw new AssertionError("there are no pictures");
        }
    }
}
