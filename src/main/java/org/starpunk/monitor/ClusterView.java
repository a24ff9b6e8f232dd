package org.starpunk.monitor;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.monitor.PeerRegistry.PeerState;

/** Dashboard view of another node, or of all nodes merged. It is computed on request. */
final class ClusterView {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterView.class);

    /** Offset of the second numbers. Slots cover up to a day, so this ensures that no slot has a negative number. */
    private static final long BACK_SECONDS = 36L * RollupHistory.LONGEST_SLOT_SECONDS;

    /**
     * Deviation of another node's clock above which its figures are not shown. A clock that is ahead would move the
     * figures of all other nodes out of the windows. The last state of a node that is gone is up to an hour old.
     */
    private static final long MAX_AHEAD_SECONDS = 3_600;

    private static final long MAX_BEHIND_SECONDS = 86_400;

    private final String node;
    private final TimeSource clock;
    private final PeerRegistry peers;
    private final Function<MonitorState, MonitorService> desks;
    private final Set<String> unreadable = new HashSet<>();
    private Map<String, NodeState> states = Map.of();
    private @Nullable MonitorState numbers;
    private @Nullable MonitorService service;
    private Map<String, NodeListMerger.NewestEvent> newestEvents = Map.of();

    /**
     * @param node name of a node, or {@link PeerRegistry#ALL}
     * @param desks creates a desk for a remote or merged monitor
     */
    ClusterView(String node, TimeSource clock, PeerRegistry peers, Function<MonitorState, MonitorService> desks) {
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
        if (node.equals(PeerRegistry.ALL)) {
            read(peers.name(), own);
        }
        for (PeerState peer : peers.all()) {
            byte[] said = peer.state;
            if (said != null && (node.equals(PeerRegistry.ALL) || node.equals(peer.name))) {
                read(peer.name, said);
            }
        }
        MonitorState sum = sum(states.values());
        if (sum != null) {
            service = desks.apply(sum);
        }
        numbers = sum;
    }

    private void read(String name, byte[] state) {
        long now = clock.millis() / 1_000;
        try {
            long base = now - now % RollupHistory.LONGEST_SLOT_SECONDS - BACK_SECONDS;
            NodeState read = NodeState.read(state, clock, base);
            long ahead = base + read.numbers().site.currentSecond() - now;
            if (ahead > MAX_AHEAD_SECONDS || ahead < -MAX_BEHIND_SECONDS) {
                throw new IllegalArgumentException("its clock is " + Math.abs(ahead) + " s "
                        + (ahead > 0 ? "ahead of" : "behind") + " the clock of this node");
            }
            checkHistograms(read.numbers());
            states.put(name, read);
        } catch (IllegalArgumentException e) {
            if (unreadable.add(name)) {
                LOG.warn("the figures of node {} cannot be shown: {}", name, e.getMessage());
            }
        }
    }

    /** Merges a state alone, because its histograms are decoded only when they are merged. */
    private void checkHistograms(MonitorState read) {
        try {
            MonitorState alone = new MonitorState(
                    clock, new SiteStats(read.site.currentSecond(), true), read.startMillis, read.base());
            alone.absorb(read);
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("its state is corrupt: " + e.getMessage(), e);
        }
    }

    private @Nullable MonitorState sum(Collection<NodeState> all) {
        if (all.isEmpty()) {
            return null;
        }
        MonitorState any = all.iterator().next().numbers();
        long start = all.stream()
                .mapToLong(state -> state.numbers().startMillis)
                .min()
                .orElseThrow();
        long second = all.stream()
                .mapToLong(state -> state.numbers().site.currentSecond())
                .max()
                .orElseThrow();
        long latest = Math.max(second, clock.millis() / 1_000 - any.base());
        MonitorState sum = new MonitorState(clock, new SiteStats(latest, true), start, any.base());
        MonitorState before = numbers;
        if (before != null) {
            sum.adoptIds(before);
        }
        for (NodeState state : all) {
            state.numbers().advanceTo(latest);
            sum.absorb(state.numbers());
        }
        if (before != null) {
            sum.markChangedSince(before);
        }
        return sum;
    }

    /** Returns the snapshot as JSON; null if no state of the node is available. */
    @Nullable
    JsonObject snapshot(TimeWindow window, int recent) {
        if (numbers == null || service == null) {
            return null;
        }
        return nodes(new NodeListMerger(states, peers, recent).merge(service.json(window)));
    }

    /** Returns the next live update, encoded as a server-sent event; null if no state is available. */
    @Nullable
    Buffer frame() {
        if (numbers == null || service == null) {
            return null;
        }
        JsonObject frame = LiveUpdateJson.make(numbers, service.summary(), List.of(), 0);
        NodeListMerger nodeListMerger = new NodeListMerger(states, peers, NodeListMerger.FRAME);
        newestEvents = nodeListMerger.mergeLiveUpdates(frame, newestEvents);
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
