package org.starpunk.command;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** {@code starpunk completion}. */
@Command(
        name = "completion",
        description = "Write a completion script for bash and zsh; use it by: source <(starpunk completion)")
final class CompletionCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        System.out.println(AutoComplete.bash("starpunk", StarPunkCommandLine.commandLine()));
        return ExitCode.OK;
    }
}
