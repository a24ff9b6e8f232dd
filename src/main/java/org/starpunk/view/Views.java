package org.starpunk.view;

import com.github.jknack.handlebars.Context;
import com.github.jknack.handlebars.Handlebars;
import com.github.jknack.handlebars.Helper;
import com.github.jknack.handlebars.Template;
import com.github.jknack.handlebars.cache.ConcurrentMapTemplateCache;
import com.github.jknack.handlebars.context.MapValueResolver;
import com.github.jknack.handlebars.context.MethodValueResolver;
import com.github.jknack.handlebars.io.ClassPathTemplateLoader;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.starpunk.telemetry.RequestTiming;

/**
 * The site's templates, {@code templates/*.hbs}. Each is read and compiled once, by {@link #load}, which blocks and therefore
 * belongs to the start or to a worker thread, or else when it is first rendered; rendering then works in memory only, from any
 * thread. A model is a map, or a record, whose accessors
 * are its names.
 */
public final class Views {

    private final Handlebars handlebars =
            new Handlebars(new ClassPathTemplateLoader("/templates", ".hbs")).with(new ConcurrentMapTemplateCache());
    private final Map<String, Template> templates = new ConcurrentHashMap<>();

    /** @param assets the files that templates link with {@code {{asset "css/site.css"}}} */
    public Views(Assets assets) {
        // Safe as it is: a path of ours and hexadecimal digits.
        Helper<String> asset = (path, options) -> new Handlebars.SafeString(assets.link(path));
        handlebars.registerHelper("asset", asset);
    }

    /**
     * Compiles templates.
     *
     * @param names constants of the code, such as {@code admin/login}; never from outside
     * @throws UncheckedIOException when there is no such template, or it is no valid one
     */
    public Views load(String... names) {
        for (String name : names) {
            templates.computeIfAbsent(name, this::compile);
        }
        return this;
    }

    private Template compile(String name) {
        try {
            return handlebars.compile(name);
        } catch (IOException e) {
            throw new UncheckedIOException("template " + name, e);
        }
    }

    /**
     * Renders a template; the time counts as the current request's rendering.
     *
     * @throws UncheckedIOException when there is no such template
     */
    public Buffer render(String name, Object model) {
        Template template = templates.get(name);
        if (template == null) {
            template = templates.computeIfAbsent(name, this::compile);
        }
        RequestTiming request = RequestTiming.current();
        long start = request == null ? 0 : System.nanoTime();
        try {
            Buffer page = Buffer.buffer(template.apply(Context.newBuilder(model)
                    .resolver(MapValueResolver.INSTANCE, MethodValueResolver.INSTANCE)
                    .build()));
            if (request != null) {
                request.addRender(System.nanoTime() - start);
            }
            return page;
        } catch (IOException e) {
            throw new UncheckedIOException("template " + name, e);
        }
    }
}
