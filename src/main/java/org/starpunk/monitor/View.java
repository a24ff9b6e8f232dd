package org.starpunk.monitor;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.monitor.Peers.Peer;

/** What the dashboard shows of another node, or of all of them added up: made when somebody looks. */
final class View {

    private static final Logger LOG = LoggerFactory.getLogger(View.class);

    /** Slots reach a day back: with this, none of them has a negative number. */
    private static final long BACK_SECONDS = 36L * Timeline.LONGEST_SLOT_SECONDS;

    private final String node;
    private final Clock clock;
    private final Peers peers;
    private final Function<Monitor, Desk> desks;
    private Map<String, State> states = Map.of();
    private @Nullable Monitor numbers;
    private @Nullable Desk desk;
    private String seen = "";

    /**
     * @param node the name of a node, or {@link Peers#ALL}
     * @param desks makes JSON of numbers
     */
    View(String node, Clock clock, Peers peers, Function<Monitor, Desk> desks) {
        this.node = node;
        this.clock = clock;
        this.peers = peers;
        this.desks = desks;
    }

    /**
     * Adds up what the nodes have last said.
     *
     * @param own what this node knows
     */
    void refresh(byte[] own) {
        states = new TreeMap<>();
        if (node.equals(Peers.ALL)) {
            read(peers.name(), own);
        }
        for (Peer peer : peers.all()) {
            byte[] said = peer.state;
            if (said != null && (node.equals(Peers.ALL) || node.equals(peer.name))) {
                read(peer.name, said);
            }
        }
        Monitor sum = sum(states.values());
        if (sum != null) {
            desk = desks.apply(sum);
        }
        numbers = sum;
    }

    private void read(String name, byte[] said) {
        long now = clock.millis() / 1_000;
        try {
            states.put(name, State.read(said, clock, now - now % Timeline.LONGEST_SLOT_SECONDS - BACK_SECONDS));
        } catch (IllegalArgumentException e) {
            LOG.debug("what node {} knows cannot be read: {}", name, e.getMessage());
        }
    }

    private @Nullable Monitor sum(Collection<State> all) {
        if (all.isEmpty()) {
            return null;
        }
        Monitor any = all.iterator().next().numbers();
        long start = all.stream()
                .mapToLong(state -> state.numbers().startMillis)
                .min()
                .orElseThrow();
        long second = all.stream()
                .mapToLong(state -> state.numbers().site.second())
                .max()
                .orElseThrow();
        long latest = Math.max(second, clock.millis() / 1_000 - any.base());
        Monitor sum = new Monitor(clock, new Site(latest, true), start, any.base());
        Monitor before = numbers;
        if (before != null) {
            sum.like(before);
        }
        for (State state : all) {
            state.numbers().moveTo(latest);
            sum.absorb(state.numbers());
        }
        if (before != null) {
            sum.changedSince(before);
        }
        return sum;
    }

    /** Everything, as JSON; null when the node never said what it knows. */
    @Nullable
    JsonObject snapshot(Window window, int recent) {
        if (numbers == null || desk == null) {
            return null;
        }
        return nodes(new Together(states, peers, recent).over(desk.json(window)));
    }

    /** The next frame as it goes over the wire; null when there is nothing to show. */
    @Nullable
    Buffer frame() {
        if (numbers == null || desk == null) {
            return null;
        }
        JsonObject frame = Frame.make(numbers, desk.summary(), List.of(), 0);
        Together together = new Together(states, peers, Together.FRAME);
        seen = together.overFrame(frame, seen);
        return Buffer.buffer(
                "id: " + numbers.frame + "\nevent: frame\ndata: " + nodes(frame).encode() + "\n\n");
    }

    /** The number of the last frame. */
    long number() {
        return numbers == null ? 0 : numbers.frame;
    }

    private JsonObject nodes(JsonObject json) {
        return json.put("node", node).put("nodes", peers.toJson());
    }
}
