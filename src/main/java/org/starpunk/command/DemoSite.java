package org.starpunk.command;

import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.starpunk.Deployment;
import org.starpunk.identity.PasswordHasher;
import org.starpunk.identity.Profile;
import org.starpunk.identity.SecretTokens;
import org.starpunk.note.NewNote;
import org.starpunk.note.Note;
import org.starpunk.note.NoteRepository;

/** A temporary site with an author, notes and traffic, for evaluation. */
final class DemoSite {

    static final int NOTES = 320;
    private static final int DAYS = 420;
    private static final int TOGETHER = 40;
    private static final long SEED = 20_260_417;

    private final Deployment deployment;
    private final String password;
    private final DemoNotes texts;
    private final List<Note> notes;

    private DemoSite(Deployment deployment, String password, DemoNotes texts, List<Note> notes) {
        this.deployment = deployment;
        this.password = password;
        this.texts = texts;
        this.notes = notes;
    }

    /** Creates a temporary data directory. */
    static Path directory(ConfigurationOptions options) throws IOException {
        if (options.dataDir != null) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--demo creates a temporary site, but --data-dir names a permanent one",
                    "omit one of them");
        }
        Path directory = Files.createTempDirectory("starpunk-demo-");
        options.dataDir = directory.toString();
        return directory;
    }

    /** Sets the site up and writes its notes. */
    static DemoSite fill(Deployment deployment) {
        String password = "demo-" + SecretTokens.create().substring(0, 16);
        Profile profile = new Profile(
                "Tide and Ink",
                deployment.uri().toString(),
                "Robin Example",
                "Notes on gardens, trains, and the programs in between. Nothing here is kept.",
                "",
                "en",
                deployment.settings().timeZone());
        BlockingFutures.await(deployment.account().setUp(profile, PasswordHasher.hash(password)));
        DemoNotes texts = new DemoNotes(SEED);
        List<Note> written = write(deployment.notes(), texts.before(OffsetDateTime.now(profile.zone()), NOTES, DAYS));
        return new DemoSite(deployment, password, texts, written);
    }

    /** Creates notes in groups, because concurrent writes share a commit. */
    private static List<Note> write(NoteRepository notes, List<NewNote> wanted) {
        List<Note> written = new ArrayList<>();
        for (int from = 0; from < wanted.size(); from += TOGETHER) {
            List<Future<Note>> creating = wanted.subList(from, Math.min(wanted.size(), from + TOGETHER)).stream()
                    .map(notes::create)
                    .toList();
            BlockingFutures.await(Future.all(creating));
            creating.forEach(note -> written.add(note.result()));
        }
        return written;
    }

    /** Returns the line with the login of the demo. */
    String login() {
        return "Demo login: " + deployment.uri() + "/admin/login  password: " + password
                + "  dashboard: /admin/performance";
    }

    /** Starts simulated traffic: some requests per second, until the server stops. */
    void startTraffic() {
        new DemoTraffic(deployment, notes, texts).start();
    }

    static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            System.err.println("starpunk: cannot delete " + directory + ": delete it manually");
        }
    }
}
