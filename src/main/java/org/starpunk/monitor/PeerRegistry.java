package org.starpunk.monitor;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registry of the other nodes' monitors: present and past nodes, with the last state of each. */
final class PeerRegistry {

    /*
     * Each node publishes a heartbeat once a second. It also contains whether a viewer watches other nodes through this
     * node. While there is such a viewer on any node, each node publishes its state once a second. A request without a
     * viewer fetches the states of the others. A node without a heartbeat for 3.5 seconds is gone. At most a second
     * later the dashboard shows it in grey, with its last state, which is retained for an hour.
     */
    static final String ALL = "all";

    private static final Logger LOG = LoggerFactory.getLogger(PeerRegistry.class);
    private static final String HELLO = "starpunk.node.hello";
    private static final String STATE = "starpunk.node.state";
    private static final String ASK = "starpunk.node.ask.";
    private static final long GONE_NANOS = 3_500_000_000L;
    private static final long MAX_STATE_AGE_NANOS = 1_500_000_000L;
    private static final long FORGOTTEN_NANOS = 3_600_000_000_000L;
    private static final int MAX_PEERS = 64;
    private static final DeliveryOptions REPLY_TIMEOUT = new DeliveryOptions().setSendTimeout(2_000);

    private final Vertx vertx;
    private final TimeSource clock;
    private final String name;
    private final String id = UUID.randomUUID().toString();
    private final long startMillis;
    private final Supplier<byte[]> state;
    private final Map<String, PeerState> peers = new TreeMap<>();
    private final List<MessageConsumer<?>> consumers = new ArrayList<>();
    private boolean watchedHere;
    private boolean leaving;

    /** Another node. */
    static final class PeerState {
        final String name;
        final String id;
        final long startMillis;
        long seenNanos;
        long seenMillis;
        boolean present;
        boolean left;
        boolean watching;
        byte @Nullable [] state;
        long stateNanos;

        PeerState(String name, String id, long startMillis) {
            this.name = name;
            this.id = id;
            this.startMillis = startMillis;
        }
    }

    /**
     * @param name name of this node
     * @param state supplies the encoded state of this node
     */
    PeerRegistry(Vertx vertx, TimeSource clock, String name, long startMillis, Supplier<byte[]> state) {
        this.vertx = vertx;
        this.clock = clock;
        this.name = name;
        this.startMillis = startMillis;
        this.state = state;
    }

    /**
     * Registers the consumers.
     *
     * @param questions handles requests of other nodes to this node
     */
    Future<Void> start(Handler<Message<JsonObject>> questions) {
        consumers.add(vertx.eventBus().<JsonObject>consumer(HELLO, message -> receiveHello(message.body())));
        consumers.add(vertx.eventBus().<Buffer>consumer(STATE, this::receiveState));
        consumers.add(vertx.eventBus().<JsonObject>consumer(ASK + id, message -> receiveQuestion(message, questions)));
        return Future.all(consumers.stream().map(MessageConsumer::completion).toList())
                .mapEmpty();
    }

    private void receiveQuestion(Message<JsonObject> message, Handler<Message<JsonObject>> questions) {
        if ("state".equals(message.body().getString("op"))) {
            message.reply(Buffer.buffer(state.get()));
        } else {
            questions.handle(message);
        }
    }

    /** Publishes the heartbeat, and the state if there are viewers. Must be called once a second. */
    void onSecond(boolean watched) {
        if (leaving) {
            return;
        }
        boolean begins = watched && !watchedHere;
        watchedHere = watched;
        publishHello();
        if (!begins && (watched || peers.values().stream().anyMatch(peer -> peer.watching && !isGone(peer)))) {
            publishState();
        }
        for (PeerState peer : peers.values()) {
            if (peer.present && isGone(peer)) {
                peer.present = false;
                LOG.warn("node {} no longer responds", peer.name);
            }
        }
        long now = clock.nanos();
        peers.values().removeIf(peer -> now - peer.seenNanos > FORGOTTEN_NANOS);
    }

    private void publishHello() {
        vertx.eventBus()
                .publish(
                        HELLO,
                        new JsonObject()
                                .put("node", name)
                                .put("id", id)
                                .put("started", startMillis)
                                .put("watching", watchedHere)
                                .put("leaving", leaving));
    }

    private void publishState() {
        vertx.eventBus().publish(STATE, Buffer.buffer(state.get()), new DeliveryOptions().addHeader("id", id));
    }

    /**
     * Publishes the final state, then leaves. The consumers are unregistered first, because Vert.x logs a warning for a
     * message whose consumer is removed before it is delivered.
     */
    Future<Void> leave() {
        leaving = true;
        return Future.join(consumers.stream().map(MessageConsumer::unregister).toList())
                .<Void>mapEmpty()
                .eventually(() -> {
                    publishState();
                    publishHello();
                    return Future.succeededFuture();
                });
    }

    private void receiveHello(JsonObject hello) {
        if (id.equals(hello.getString("id"))) {
            return;
        }
        PeerState peer = peer(hello);
        if (peer == null) {
            return;
        }
        boolean back = !peer.present;
        peer.seenNanos = clock.nanos();
        peer.seenMillis = clock.millis();
        peer.left = hello.getBoolean("leaving");
        peer.watching = hello.getBoolean("watching");
        peer.present = !peer.left;
        if (back && peer.present) {
            LOG.info("node {} has joined", peer.name);
        } else if (!back && peer.left) {
            LOG.info("node {} has left", peer.name);
        }
    }

    /** Returns the peer of a heartbeat; null to ignore it. A restarted node replaces its previous instance. */
    private @Nullable PeerState peer(JsonObject hello) {
        String theirs = hello.getString("node");
        String theirId = hello.getString("id");
        PeerState known = peers.get(theirs);
        if (known != null && known.id.equals(theirId)) {
            return known;
        }
        if (theirs.equals(name)) {
            LOG.warn("another node has the name {} too: set a different STARPUNK_NODE_NAME on each node", name);
            return null;
        }
        if (known == null && peers.size() >= MAX_PEERS) {
            return null;
        }
        if (known != null && !isGone(known) && known.startMillis > hello.getLong("started")) {
            return null;
        }
        PeerState peer = new PeerState(theirs, theirId, hello.getLong("started"));
        peers.put(theirs, peer);
        return peer;
    }

    private void receiveState(Message<Buffer> message) {
        String from = message.headers().get("id");
        for (PeerState peer : peers.values()) {
            if (peer.id.equals(from)) {
                storeState(peer, message.body());
            }
        }
    }

    private void storeState(PeerState peer, Buffer state) {
        peer.state = state.getBytes();
        peer.stateNanos = clock.nanos();
    }

    /** Returns whether a node has left or has no recent heartbeat. */
    boolean isGone(PeerState peer) {
        return peer.left || clock.nanos() - peer.seenNanos > GONE_NANOS;
    }

    /** Returns all other present and past nodes. */
    Collection<PeerState> all() {
        return peers.values();
    }

    /** Returns whether a name is that of another node or stands for all nodes. */
    boolean contains(String node) {
        return node.equals(ALL) || peers.containsKey(node);
    }

    /** Returns the name of this node. */
    String name() {
        return name;
    }

    /** Fetches the state of each present node whose state is old. Completes when each has replied or timed out. */
    Future<Void> gather() {
        List<Future<?>> asked = new ArrayList<>();
        for (PeerState peer : peers.values()) {
            if (!isGone(peer) && clock.nanos() - peer.stateNanos > MAX_STATE_AGE_NANOS) {
                asked.add(sendQuestion(peer, new JsonObject().put("op", "state"))
                        .onSuccess(said -> storeState(peer, said.body()))
                        .otherwiseEmpty());
            }
        }
        return asked.isEmpty() ? Future.succeededFuture() : Future.join(asked).mapEmpty();
    }

    /** Returns whether another node is present. */
    boolean hasPresentPeer() {
        return peers.values().stream().anyMatch(peer -> !isGone(peer));
    }

    /** Sends a request to another node. */
    Future<Message<Buffer>> sendQuestion(PeerState peer, JsonObject question) {
        return vertx.eventBus().request(ASK + peer.id, question, REPLY_TIMEOUT);
    }

    /** Sends a request to all other present nodes, and returns the first successful reply. */
    Future<Buffer> askAll(JsonObject question) {
        List<Future<Message<Buffer>>> asked = new ArrayList<>();
        for (PeerState peer : peers.values()) {
            if (!isGone(peer)) {
                asked.add(sendQuestion(peer, question));
            }
        }
        return asked.isEmpty()
                ? Future.failedFuture("there is no other node")
                : Future.any(asked).map(unused -> first(asked));
    }

    private static Buffer first(List<Future<Message<Buffer>>> asked) {
        for (Future<Message<Buffer>> one : asked) {
            if (one.succeeded()) {
                return one.result().body();
            }
        }
        throw new IllegalStateException("no node has replied");
    }

    /** Returns the nodes for the node picker: name, and the time since which a node is gone. */
    JsonArray toJson() {
        TreeMap<String, JsonObject> nodes = new TreeMap<>();
        nodes.put(name, new JsonObject().put("node", name).put("gone", false).put("here", true));
        for (PeerState peer : peers.values()) {
            boolean gone = isGone(peer);
            JsonObject json = new JsonObject().put("node", peer.name).put("gone", gone);
            if (gone) {
                json.put("last_seen_at", EventView.iso(peer.seenMillis)).put("left", peer.left);
            }
            nodes.put(peer.name, json);
        }
        return new JsonArray(new ArrayList<>(nodes.values()));
    }
}
