package org.starpunk.command;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.starpunk.config.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code starpunk setup-link}. */
@Command(
        name = "setup-link",
        description = "Create a new setup link for a site without an owner. Older links become invalid.")
final class SetupLinkCommand implements Callable<Integer> {

    @Mixin
    @Nullable
    ConfigurationOptions options;

    @Override
    public Integer call() {
        Settings settings = Objects.requireNonNull(options).settings();
        try (OfflineSite site = OfflineSite.open(settings)) {
            if (site.account().profile().isSet()) {
                throw new CommandException(
                        ExitCode.FAILURE,
                        "the site was already set up by "
                                + site.account().profile().authorName(),
                        "log in at " + site.account().profile().absolute("/admin/login")
                                + "; for a forgotten password: starpunk passwd");
            }
            System.out.println(SetupLinkOffer.offer(site.account(), settings, RunningServerFile.url(settings)));
        }
        return ExitCode.OK;
    }
}
