package org.starpunk.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Optional;
import org.starpunk.Deployment;
import org.starpunk.admin.SetupLink;
import org.starpunk.config.Settings;
import org.starpunk.identity.Account;

/** A site without an owner offers itself by a link, which works once and not for long. Nobody else can take it. */
final class FirstRun {

    private FirstRun() {}

    /** Makes a setup link when nobody owns the site; the line to show, or nothing. */
    static Optional<String> offerSetup(Deployment deployment) {
        Path file = file(deployment.settings());
        if (deployment.account().profile().isSet()) {
            forget(file);
            return Optional.empty();
        }
        return Optional.of(offer(
                deployment.account(), deployment.settings(), deployment.uri().toString()));
    }

    /** Makes a setup link and keeps it in a file that only this user may read. */
    static String offer(Account account, Settings settings, String here) {
        String baseUrl = settings.baseUrl() == null ? here : settings.baseUrl();
        String secret = settings.setupToken();
        String link = Waiting.on(
                secret == null
                        ? SetupLink.create(account, baseUrl, Clock.systemUTC())
                        : SetupLink.offer(account, secret, baseUrl, Clock.systemUTC()));
        if (secret != null) {
            return "Setup link (valid " + SetupLink.VALID.toMinutes() + " min, once): " + baseUrl
                    + "/admin/setup?t= and the secret of STARPUNK_SETUP_TOKEN";
        }
        Path file = file(settings);
        write(file, link);
        return "Setup link (valid " + SetupLink.VALID.toMinutes() + " min, once): " + link;
    }

    private static Path file(Settings settings) {
        return settings.dataDir().resolve("setup-link.txt");
    }

    private static void write(Path file, String link) {
        try {
            Files.deleteIfExists(file);
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Files.writeString(file, link + "\n");
        } catch (IOException e) {
            throw new CommandFailure(
                            ExitCode.FAILURE, "cannot write " + file, "make the data directory writable for this user")
                    .causedBy(e);
        }
    }

    private static void forget(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILURE, "cannot delete " + file, "delete it by hand").causedBy(e);
        }
    }
}
