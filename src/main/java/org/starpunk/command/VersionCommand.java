package org.starpunk.command;

import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import org.starpunk.config.BuildInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/** {@code starpunk version}. */
@Command(name = "version", description = "Show the versions of StarPunk, Java and the operating system.")
final class VersionCommand implements Callable<Integer> {

    @Option(names = "--json", description = "Write the result as JSON.")
    boolean json;

    @Override
    public Integer call() {
        JsonObject versions = new JsonObject()
                .put("starpunk", BuildInfo.current())
                .put("java", Runtime.version().toString())
                .put("vertx", BuildInfo.vertx())
                .put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        System.out.println(json ? versions.encodePrettily() : line());
        return ExitCode.OK;
    }

    private static String line() {
        return "starpunk " + BuildInfo.current() + " (Java " + Runtime.version() + ", " + System.getProperty("os.name")
                + " " + System.getProperty("os.arch") + ")";
    }

    /** Provides the same line for {@code starpunk --version}. */
    static final class Provider implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {line()};
        }
    }
}
