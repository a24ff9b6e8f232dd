package org.starpunk.monitor;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.monitor.PeerRegistry.PeerState;

/** Handles monitor requests for another node or for all nodes, and publishes live updates of their views. */
final class ClusterRequestHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterRequestHandler.class);
    private static final int WRONG = 400;
    private static final int ABSENT = 404;
    private static final int UNREACHABLE = 503;

    /**
     * Time for which an unwatched view is retained, so that row ids stay stable between the page load and its event
     * stream.
     */
    private static final long IDLE_NANOS = 30_000_000_000L;

    private final Vertx vertx;
    private final TimeSource clock;
    private final PeerRegistry peers;
    private final Supplier<byte[]> ownState;
    private final Function<JsonObject, JsonArray> ownRequests;
    private final Function<MonitorState, MonitorService> desks;
    private final Map<String, ViewedCluster> views = new HashMap<>();

    private static final class ViewedCluster {
        final ClusterView view;
        final ViewerLeases viewerLeases;
        long usedNanos;

        ViewedCluster(ClusterView view, ViewerLeases viewerLeases) {
            this.view = view;
            this.viewerLeases = viewerLeases;
        }
    }

    /**
     * @param own supplies the encoded state of this node
     * @param ownRequests returns buffered requests of this node
     * @param desks creates a desk for a remote or merged monitor
     */
    ClusterRequestHandler(
            Vertx vertx,
            TimeSource clock,
            PeerRegistry peers,
            Supplier<byte[]> own,
            Function<JsonObject, JsonArray> ownRequests,
            Function<MonitorState, MonitorService> desks) {
        this.vertx = vertx;
        this.clock = clock;
        this.peers = peers;
        this.ownState = own;
        this.ownRequests = ownRequests;
        this.desks = desks;
    }

    /** Returns whether a request is for another node or for all nodes. */
    boolean concernsCluster(JsonObject question) {
        String node = question.getString("node");
        return node != null && !node.equals(peers.name());
    }

    void answer(Message<JsonObject> message) {
        JsonObject question = message.body();
        String node = question.getString("node");
        if (!peers.contains(node)) {
            message.fail(ABSENT, "there is no node " + node);
        } else if ("snapshot".equals(question.getString("op"))) {
            peers.gather().onComplete(unused -> snapshot(message, node));
        } else if ("requests".equals(question.getString("op"))) {
            requests(message, node);
        } else if (node.equals(PeerRegistry.ALL)) {
            message.fail(WRONG, "select one node: each node has its own events");
        } else {
            forward(message, node);
        }
    }

    private void snapshot(Message<JsonObject> message, String node) {
        TimeWindow window = TimeWindow.of(message.body().getString("window"));
        if (window == null) {
            message.fail(WRONG, "window must be 15m, 1h or 24h");
            return;
        }
        ClusterView view = use(node).view;
        view.refresh(ownState.get());
        JsonObject json = view.snapshot(window, message.body().getInteger("recent"));
        if (json == null) {
            message.fail(ABSENT, "node " + node + " is gone, and its figures are not available");
        } else {
            message.reply(json.toBuffer());
        }
    }

    /** Replies with buffered requests of one node or of all nodes, and with the nodes that do not respond. */
    private void requests(Message<JsonObject> message, String node) {
        JsonObject question = message.body().copy();
        question.remove("node");
        List<JsonObject> found = new ArrayList<>();
        List<Future<Void>> replies = new ArrayList<>();
        JsonArray missing = new JsonArray();
        boolean isAll = node.equals(PeerRegistry.ALL);
        if (isAll) {
            addRequests(found, peers.name(), ownRequests.apply(question));
        }
        for (PeerState peer : peers.all()) {
            if (isAll ? peer.left : !node.equals(peer.name)) {
                continue;
            }
            Future<Message<Buffer>> reply =
                    peers.isGone(peer) ? Future.failedFuture("the node is gone") : peers.sendQuestion(peer, question);
            replies.add(reply.<Void>map(answer -> {
                        addRequests(
                                found, peer.name, answer.body().toJsonObject().getJsonArray("requests"));
                        return null;
                    })
                    .otherwise(unused -> {
                        missing.add(peer.name);
                        return null;
                    }));
        }
        Future.join(replies).onComplete(unused -> {
            found.sort(Comparator.comparing((JsonObject request) -> request.getString("timestamp"))
                    .reversed());
            int size = Math.min(MonitorRequestHandler.MAX_REQUESTS, found.size());
            message.reply(new JsonObject()
                    .put("requests", new JsonArray(found.subList(0, size)))
                    .put("missing", missing)
                    .toBuffer());
        });
    }

    private static void addRequests(List<JsonObject> found, String node, JsonArray requests) {
        for (int i = 0; i < requests.size(); i++) {
            found.add(requests.getJsonObject(i).put("node", node));
        }
    }

    private void forward(Message<JsonObject> message, String node) {
        for (PeerState peer : peers.all()) {
            if (peer.name.equals(node)) {
                JsonObject question = message.body().copy();
                question.remove("node");
                peers.sendQuestion(peer, question)
                        .onSuccess(answer -> message.reply(answer.body(), headers(answer)))
                        .onFailure(unused -> message.fail(UNREACHABLE, "node " + node + " does not respond"));
            }
        }
    }

    private static DeliveryOptions headers(Message<Buffer> answer) {
        return new DeliveryOptions().setLocalOnly(true).setHeaders(answer.headers());
    }

    /** Returns whether a request asks for a trace that this node does not have. */
    boolean isTraceOfAnother(JsonObject question, MonitorService service) {
        return "trace".equals(question.getString("op"))
                && peers.hasPresentPeer()
                && service.trace(question.getString("id")) == null;
    }

    /** Searches the other nodes for a trace, because the author has its id only. */
    void trace(Message<JsonObject> message) {
        peers.askAll(message.body())
                .onSuccess(message::reply)
                .onFailure(unused -> message.fail(ABSENT, "this request was not retained"));
    }

    /** Clears the ring buffers and traces of the other nodes after a logout. */
    void clearOthers() {
        for (PeerState peer : peers.all()) {
            if (!peers.isGone(peer)) {
                peers.sendQuestion(peer, new JsonObject().put("op", "clear"))
                        .onFailure(failure -> LOG.warn("node {} did not clear its buffer", peer.name, failure));
            }
        }
    }

    private ViewedCluster use(String node) {
        ViewedCluster watched = views.computeIfAbsent(
                node, name -> new ViewedCluster(new ClusterView(name, clock, peers, desks), new ViewerLeases(clock)));
        watched.usedNanos = clock.nanos();
        return watched;
    }

    /**
     * Sets the number of viewers of a view.
     *
     * @param node node whose view they watch
     * @param who sender of the number, an HTTP verticle
     */
    void setViewers(String node, String who, int viewers) {
        if (peers.contains(node)) {
            use(node).viewerLeases.setViewers(who, viewers);
        }
    }

    /** Leaves the cluster: publishes the final state to the other nodes. */
    Future<Void> leave() {
        return peers.leave();
    }

    /** Publishes this node's state and the live updates of watched views. Must be called once a second. */
    void onSecond() {
        boolean any = false;
        for (ViewedCluster watched : views.values()) {
            any |= watched.viewerLeases.count() > 0;
        }
        peers.onSecond(any);
        byte @Nullable [] mine = any ? ownState.get() : null;
        views.forEach((node, watched) -> frame(node, watched, mine));
        long now = clock.nanos();
        views.values().removeIf(watched -> watched.viewerLeases.count() == 0 && now - watched.usedNanos > IDLE_NANOS);
    }

    private void frame(String node, ViewedCluster watched, byte @Nullable [] own) {
        if (own == null || watched.viewerLeases.count() == 0) {
            return;
        }
        watched.view.refresh(own);
        Buffer frame = watched.view.frame();
        if (frame != null) {
            vertx.eventBus()
                    .publish(
                            MonitorClient.frames(node),
                            frame,
                            new DeliveryOptions()
                                    .setLocalOnly(true)
                                    .addHeader("number", Long.toString(watched.view.number())));
        }
    }
}
