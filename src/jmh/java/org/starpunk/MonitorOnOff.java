package org.starpunk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.starpunk.config.Settings;
import org.starpunk.journey.TestSite;

/**
 * What the monitor adds to a request of the real server: on and off by turns of some hundred milliseconds, over the same
 * connections, in one process; CPU time of the server's threads. Prints the median of the pairs, and their quartiles.
 *
 * <p>Arguments: pairs of turns (100), paths ({@code / /static/css/site.css /search?q=note}).
 */
public final class MonitorOnOff {

    private static final int CONNECTIONS = 4;
    private static final long TURN_MILLIS = 250;
    private static final long SETTLE_MILLIS = 150;
    private static final long WARM_UP_MILLIS = 8_000;

    private MonitorOnOff() {}

    public static void main(String[] arguments) throws Exception {
        int pairs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100;
        List<String> paths = arguments.length > 1
                ? Arrays.asList(arguments).subList(1, arguments.length)
                : List.of("/", "/notes/none", "/search?q=note");
        TestSite site = TestSite.start(Map.of("STARPUNK_INSTANCES", "1")).setUp();
        for (int i = 0; i < 30; i++) {
            site.publish("Note number " + i + " of a bench", "bench");
        }
        site.stop();
        Settings settings = Settings.of(Map.of(
                "STARPUNK_LISTEN", "127.0.0.1:0",
                "STARPUNK_DATA_DIR", site.dataDir().toString(),
                "STARPUNK_INSTANCES", "1"));
        Deployment server = TestSite.await(Deployment.start(settings, SwitchableRecorder::new));
        for (String path : paths) {
            measure(server.port(), path, pairs);
        }
        TestSite.await(server.stop());
        System.exit(0);
    }

    private static void measure(int port, String path, int pairs) throws InterruptedException {
        List<LoadConnection> load = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            load.add(new LoadConnection(i, port, path, "", 0));
        }
        SwitchableRecorder.turn(true);
        Thread.sleep(WARM_UP_MILLIS / 2);
        SwitchableRecorder.turn(false);
        Thread.sleep(WARM_UP_MILLIS / 2);
        Random random = new Random(1);
        double[] off = new double[pairs];
        double[] on = new double[pairs];
        double[] added = new double[pairs];
        for (int i = 0; i < pairs; i++) {
            boolean onFirst = random.nextBoolean();
            double first = turn(onFirst, load);
            double second = turn(!onFirst, load);
            on[i] = onFirst ? first : second;
            off[i] = onFirst ? second : first;
            added[i] = on[i] - off[i];
        }
        for (LoadConnection one : load) {
            one.stop();
        }
        double[] plain = ServerThreads.quartiles(off);
        double[] more = ServerThreads.quartiles(added);
        System.out.printf(
                Locale.ROOT,
                "%-18s off %.2f us a request (%.2f to %.2f), on adds %.2f us (quartiles %.2f to %.2f), ratio %.3f, %d pairs%n",
                path,
                plain[1],
                plain[0],
                plain[2],
                more[1],
                more[0],
                more[2],
                ServerThreads.quartiles(on)[1] / plain[1],
                pairs);
    }

    /** CPU time of the server for a request, microseconds. What is under way from the turn before has time to end. */
    private static double turn(boolean on, List<LoadConnection> load) throws InterruptedException {
        SwitchableRecorder.turn(on);
        return LoadConnection.cpuMicros(load, SETTLE_MILLIS, TURN_MILLIS);
    }
}
