package org.starpunk;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.starpunk.journey.TestSite;

/**
 * What the first reader after a change costs the real server, next to the next one, who gets the page from memory: a list of twenty
 * notes with tags. CPU time of the server's threads, HTTP included. Prints medians and quartiles.
 *
 * <p>First of a busy server: three connections ask without a pause, for the home page and for the pages of two tags with the same notes, and
 * by turns of some hundred milliseconds each request comes after a change, or none does. Then of an idle one: a note is published, and the page is asked for twice.
 *
 * <p>Arguments: pairs of turns (60), notes to publish (2,000).
 */
public final class FirstRender {

    /** Each lists the same twenty notes. Two who ask for the same page at the same time would share the making of it. */
    private static final List<String> PATHS = List.of("/", "/tags/bench", "/tags/java");

    private static final long TURN_MILLIS = 250;
    private static final long SETTLE_MILLIS = 100;
    private static final int WARM_UP_TURNS = 30;

    private FirstRender() {}

    public static void main(String[] arguments) throws Exception {
        int pairs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 60;
        int notes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 2_000;
        try (TestSite site = TestSite.start(Map.of("STARPUNK_INSTANCES", "1")).setUp()) {
            for (int i = 0; i < 30; i++) {
                publish(site, i);
            }
            busy(site, pairs);
            idle(site, notes);
        }
        System.exit(0);
    }

    private static void publish(TestSite site, int number) {
        site.publish(
                "Note number " + number + ": garden river small light **page** server morning quiet letter",
                "bench, java");
    }

    private static void busy(TestSite site, int pairs) throws InterruptedException {
        Changes changes = new Changes(site.deployment());
        List<LoadConnection> load = new ArrayList<>();
        for (String path : PATHS) {
            load.add(new LoadConnection(load.size(), site.uri().getPort(), path, "", 0, changes));
        }
        double[] made = new double[pairs];
        double[] kept = new double[pairs];
        double[] more = new double[pairs];
        for (int i = -WARM_UP_TURNS; i < pairs; i++) {
            double first = turn(changes, true, load);
            double second = turn(changes, false, load);
            if (i >= 0) {
                made[i] = first;
                kept[i] = second;
                more[i] = first - second;
            }
        }
        for (LoadConnection one : load) {
            one.stop();
        }
        print("busy: list after a change", made);
        print("busy: the same, kept", kept);
        print("busy: difference", more);
    }

    private static double turn(Changes changes, boolean on, List<LoadConnection> load) throws InterruptedException {
        changes.on = on;
        return LoadConnection.cpuMicros(load, SETTLE_MILLIS, TURN_MILLIS);
    }

    /** Makes every kept page old before a request. */
    private static final class Changes implements Runnable {

        private final Deployment deployment;
        private volatile boolean on;

        Changes(Deployment deployment) {
            this.deployment = deployment;
        }

        @Override
        public void run() {
            if (on) {
                deployment.revision().advance();
            }
        }
    }

    private static void idle(TestSite site, int rounds) throws InterruptedException {
        double[] made = new double[rounds];
        double[] kept = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            publish(site, i);
            made[i] = home(site, i);
            kept[i] = home(site, i);
        }
        print("idle: home page after a change", made);
        print("idle: the same, kept", kept);
    }

    private static double home(TestSite site, int number) throws InterruptedException {
        Thread.sleep(1); // what is under way from before has time to end
        long before = ServerThreads.cpuNanos();
        String page = site.get("/").body();
        long after = ServerThreads.cpuNanos();
        if (!page.contains("Note number " + number + ":")) {
            throw new IllegalStateException("note " + number + " is not on the home page");
        }
        return (after - before) / 1e3;
    }

    private static void print(String what, double[] values) {
        double[] quartiles = ServerThreads.quartiles(values);
        System.out.printf(
                Locale.ROOT,
                "%-32s %.1f us (quartiles %.1f to %.1f)%n",
                what,
                quartiles[1],
                quartiles[0],
                quartiles[2]);
    }
}
