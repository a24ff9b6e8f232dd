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

/** The other nodes' monitors: who is there, who was, and what each has last said of itself. */
final class Peers {

    /*
     * Once a second every node says that it is there, and whether anyone watches all nodes through it. While anyone does, on
     * whichever node, each node says all that it knows, once a second. Whoever asks without watching has the others asked.
     * A node that says nothing for three and a half seconds is gone: a second later at the latest the dashboard shows it in grey,
     * with its last word, which is kept.
     */
    static final String ALL = "all";

    private static final Logger LOG = LoggerFactory.getLogger(Peers.class);
    private static final String HELLO = "starpunk.node.hello";
    private static final String STATE = "starpunk.node.state";
    private static final String ASK = "starpunk.node.ask.";
    private static final long GONE_NANOS = 3_500_000_000L;
    private static final long FRESH_NANOS = 1_500_000_000L;
    private static final long FORGOTTEN_NANOS = 3_600_000_000_000L;
    private static final int MOST = 64;
    private static final DeliveryOptions PATIENCE = new DeliveryOptions().setSendTimeout(2_000);

    private final Vertx vertx;
    private final Clock clock;
    private final String name;
    private final String id = UUID.randomUUID().toString();
    private final long startMillis;
    private final Supplier<byte[]> state;
    private final Map<String, Peer> peers = new TreeMap<>();
    private final List<MessageConsumer<?>> heard = new ArrayList<>();
    private boolean watchedHere;
    private boolean leaving;

    /** One of the others. */
    static final class Peer {
        final String name;
        final String id;
        final long startMillis;
        long seenNanos;
        long seenMillis;
        boolean there;
        boolean left;
        boolean watching;
        byte @Nullable [] state;
        long stateNanos;

        Peer(String name, String id, long startMillis) {
            this.name = name;
            this.id = id;
            this.startMillis = startMillis;
        }
    }

    /**
     * @param name what this node is called
     * @param state makes all that this node knows
     */
    Peers(Vertx vertx, Clock clock, String name, long startMillis, Supplier<byte[]> state) {
        this.vertx = vertx;
        this.clock = clock;
        this.name = name;
        this.startMillis = startMillis;
        this.state = state;
    }

    /**
     * Begins to listen.
     *
     * @param questions of the others to this node
     */
    Future<Void> start(Handler<Message<JsonObject>> questions) {
        heard.add(vertx.eventBus().<JsonObject>consumer(HELLO, message -> hello(message.body())));
        heard.add(vertx.eventBus().<Buffer>consumer(STATE, this::state));
        heard.add(vertx.eventBus().<JsonObject>consumer(ASK + id, message -> ask(message, questions)));
        return Future.all(heard.stream().map(MessageConsumer::completion).toList())
                .mapEmpty();
    }

    private void ask(Message<JsonObject> message, Handler<Message<JsonObject>> questions) {
        if ("state".equals(message.body().getString("op"))) {
            message.reply(Buffer.buffer(state.get()));
        } else {
            questions.handle(message);
        }
    }

    /** Says that this node is there; called once a second. */
    void second(boolean watched) {
        if (leaving) {
            return;
        }
        boolean begins = watched && !watchedHere;
        watchedHere = watched;
        sayHello();
        if (!begins && (watched || peers.values().stream().anyMatch(peer -> peer.watching && !gone(peer)))) {
            sayState();
        }
        for (Peer peer : peers.values()) {
            if (peer.there && gone(peer)) {
                peer.there = false;
                LOG.warn("node {} does not answer any more", peer.name);
            }
        }
        long now = clock.nanos();
        peers.values().removeIf(peer -> now - peer.seenNanos > FORGOTTEN_NANOS);
    }

    private void sayHello() {
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

    private void sayState() {
        vertx.eventBus().publish(STATE, Buffer.buffer(state.get()), new DeliveryOptions().addHeader("id", id));
    }

    /**
     * Says farewell, with its last numbers. What others say then comes too late: whoever still listened would find his consumer
     * gone when he comes to read it, and Vert.x would warn of a lost message.
     */
    Future<Void> leave() {
        leaving = true;
        return Future.join(heard.stream().map(MessageConsumer::unregister).toList())
                .<Void>mapEmpty()
                .eventually(() -> {
                    sayState();
                    sayHello();
                    return Future.succeededFuture();
                });
    }

    private void hello(JsonObject hello) {
        if (id.equals(hello.getString("id"))) {
            return;
        }
        Peer peer = peer(hello);
        if (peer == null) {
            return;
        }
        boolean back = !peer.there;
        peer.seenNanos = clock.nanos();
        peer.seenMillis = clock.millis();
        peer.left = hello.getBoolean("leaving");
        peer.watching = hello.getBoolean("watching");
        peer.there = !peer.left;
        if (back && peer.there) {
            LOG.info("node {} is there", peer.name);
        } else if (!back && peer.left) {
            LOG.info("node {} has left", peer.name);
        }
    }

    /** A node that was started anew takes the place of the one that it was. */
    private @Nullable Peer peer(JsonObject hello) {
        String theirs = hello.getString("node");
        String theirId = hello.getString("id");
        Peer known = peers.get(theirs);
        if (known != null && known.id.equals(theirId)) {
            return known;
        }
        if (theirs.equals(name)) {
            LOG.warn("another node is called {} too: give each its own STARPUNK_NODE_NAME", name);
            return null;
        }
        if (known == null && peers.size() >= MOST) {
            return null;
        }
        if (known != null && !gone(known) && known.startMillis > hello.getLong("started")) {
            return null;
        }
        Peer peer = new Peer(theirs, theirId, hello.getLong("started"));
        peers.put(theirs, peer);
        return peer;
    }

    private void state(Message<Buffer> message) {
        String from = message.headers().get("id");
        for (Peer peer : peers.values()) {
            if (peer.id.equals(from)) {
                keep(peer, message.body());
            }
        }
    }

    private void keep(Peer peer, Buffer said) {
        peer.state = said.getBytes();
        peer.stateNanos = clock.nanos();
    }

    /** Whether a node has left, or says nothing any more. */
    boolean gone(Peer peer) {
        return peer.left || clock.nanos() - peer.seenNanos > GONE_NANOS;
    }

    /** Every other node that is there or was. */
    Collection<Peer> all() {
        return peers.values();
    }

    /** Whether a name is that of another node, or stands for all. */
    boolean knows(String node) {
        return node.equals(ALL) || peers.containsKey(node);
    }

    /** What this node is called. */
    String name() {
        return name;
    }

    /** Asks each node that is there, and whose last word is old, what it knows; completes when each has said it or is too late. */
    Future<Void> gather() {
        List<Future<?>> asked = new ArrayList<>();
        for (Peer peer : peers.values()) {
            if (!gone(peer) && clock.nanos() - peer.stateNanos > FRESH_NANOS) {
                asked.add(ask(peer, new JsonObject().put("op", "state"))
                        .onSuccess(said -> keep(peer, said.body()))
                        .otherwiseEmpty());
            }
        }
        return asked.isEmpty() ? Future.succeededFuture() : Future.join(asked).mapEmpty();
    }

    /** Whether any other node is there. */
    boolean anyThere() {
        return peers.values().stream().anyMatch(peer -> !gone(peer));
    }

    /** Asks another node. */
    Future<Message<Buffer>> ask(Peer peer, JsonObject question) {
        return vertx.eventBus().request(ASK + peer.id, question, PATIENCE);
    }

    /** Asks all others that are there, and answers what the first says that does not refuse. */
    Future<Buffer> askAll(JsonObject question) {
        List<Future<Message<Buffer>>> asked = new ArrayList<>();
        for (Peer peer : peers.values()) {
            if (!gone(peer)) {
                asked.add(ask(peer, question));
            }
        }
        return asked.isEmpty()
                ? Future.failedFuture("there is no other node")
                : Future.any(asked).map(any -> first(asked));
    }

    private static Buffer first(List<Future<Message<Buffer>>> asked) {
        for (Future<Message<Buffer>> one : asked) {
            if (one.succeeded()) {
                return one.result().body();
            }
        }
        throw new IllegalStateException("none has answered");
    }

    /** For the node picker: each node's name, and since when it is gone. */
    JsonArray toJson() {
        TreeMap<String, JsonObject> nodes = new TreeMap<>();
        nodes.put(name, new JsonObject().put("node", name).put("gone", false).put("here", true));
        for (Peer peer : peers.values()) {
            boolean gone = gone(peer);
            JsonObject json = new JsonObject().put("node", peer.name).put("gone", gone);
            if (gone) {
                json.put("last_seen_at", Metric.iso(peer.seenMillis)).put("left", peer.left);
            }
            nodes.put(peer.name, json);
        }
        return new JsonArray(new ArrayList<>(nodes.values()));
    }
}
