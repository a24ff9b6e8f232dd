package org.starpunk.command;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.starpunk.Deployment;
import org.starpunk.admin.SetupLink;
import org.starpunk.config.Settings;
import org.starpunk.identity.Account;
import org.starpunk.note.PrivateFiles;

/**
 * Offers a setup link for a new site. The link works once and for a limited time, and is required to become the owner.
 */
final class SetupLinkOffer {

    private SetupLinkOffer() {}

    /**
     * Creates a setup link if the site has no owner.
     *
     * @return the line to print; empty if the site has an owner
     */
    static Optional<String> offerSetup(Deployment deployment) {
        Path file = file(deployment.settings());
        if (deployment.account().profile().isSet()) {
            delete(file);
            return Optional.empty();
        }
        return Optional.of(offer(
                deployment.account(), deployment.settings(), deployment.uri().toString()));
    }

    /**
     * Creates a setup link and stores it in a file that only this user can read.
     *
     * @return the line to print
     */
    static String offer(Account account, Settings settings, String here) {
        String baseUrl = settings.baseUrl() == null ? here : settings.baseUrl();
        String secret = settings.setupToken();
        String link = BlockingFutures.await(
                secret == null
                        ? SetupLink.create(account, baseUrl, Clock.systemUTC())
                        : SetupLink.offer(account, secret, baseUrl, Clock.systemUTC()));
        if (secret != null) {
            return "Setup link (valid " + SetupLink.VALID.toMinutes() + " min, once): " + baseUrl
                    + "/admin/setup?t= and the secret of STARPUNK_SETUP_TOKEN" + fromElsewhere(baseUrl);
        }
        Path file = file(settings);
        write(file, link);
        return "Setup link (valid " + SetupLink.VALID.toMinutes() + " min, once): " + link + fromElsewhere(baseUrl);
    }

    /** Returns a hint for a link that works on this machine only; empty for other links. */
    private static String fromElsewhere(String baseUrl) {
        URI site = URI.create(baseUrl);
        String host = site.getHost();
        if (site.getPort() < 0 || !List.of("127.0.0.1", "localhost", "[::1]").contains(host)) {
            return "";
        }
        return "\n  From another computer: run ssh -L %1$d:%2$s:%1$d USER@THIS-SERVER there, and open the link there."
                .formatted(site.getPort(), host);
    }

    private static Path file(Settings settings) {
        return settings.dataDir().resolve("setup-link.txt");
    }

    private static void write(Path file, String link) {
        try {
            Files.deleteIfExists(file);
            Files.writeString(PrivateFiles.file(file), link + "\n");
        } catch (IOException e) {
            throw new CommandException(
                            ExitCode.FAILURE,
                            "cannot write " + file + ": " + IoErrorMessages.of(e),
                            "make the data directory writable for this user")
                    .causedBy(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new CommandException(ExitCode.FAILURE, "cannot delete " + file, "delete it manually").causedBy(e);
        }
    }
}
