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

/** Dashboard view of another node, or of all nodes merged. It is computed on request. */
final class View {

    private static final Logger LOG = LoggerFactory.getLogger(View.class);

    /** Offset of the second numbers. Slots cover up to a day, so this ensures that no slot has a negative number. */
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
     * @param node name of a node, or {@link Peers#ALL}
     * @param desks creates a desk for a remote or merged monitor
     */
    View(String node, Clock clock, Peers peers, Function<Monitor, Desk> desks) {
        this.node = node;
        this.clock = clock;
        this.peers = peers;
        this.desks = desks;
    }

    /**
     * Merges the newest states of the nodes.
     *
     * @param own encoded state of this node
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
            LOG.debug("the state of node {} cannot be read: {}", name, e.getMessage());
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

    /** Returns the snapshot as JSON; null if no state of the node is available. */
    @Nullable
    JsonObject snapshot(Window window, int recent) {
        if (numbers == null || desk == null) {
            return null;
        }
        return nodes(new Together(states, peers, recent).over(desk.json(window)));
    }

    /** Returns the next live update, encoded as a server-sent event; null if no state is available. */
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

    /** Returns the number of the last live update. */
    long number() {
        return numbers == null ? 0 : numbers.frame;
    }

    private JsonObject nodes(JsonObject json) {
        return json.put("node", node).put("nodes", peers.toJson());
    }
}
