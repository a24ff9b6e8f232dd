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
import java.util.stream.Collectors;
import org.starpunk.telemetry.RequestTiming;

/**
 * Templates of the site, {@code templates/*.hbs}. Each is compiled once, by {@link #load} or at its first rendering.
 * Compilation blocks; rendering works in memory and on any thread. A model is a map, or a record whose accessors
 * provide the values.
 */
public final class Templates {

    private final Handlebars handlebars =
            new Handlebars(new ClassPathTemplateLoader("/templates", ".hbs")).with(new ConcurrentMapTemplateCache());
    private final Map<String, Template> templates = new ConcurrentHashMap<>();

    /**
     * @param assets static files, which templates link with {@code {{asset "css/site.css"}}}
     */
    public Templates(StaticAssets assets) {
        // The URL needs no escaping: it contains a path of this program and hexadecimal digits.
        Helper<String> asset = (path, options) -> new Handlebars.SafeString(assets.link(path));
        handlebars.registerHelper("asset", asset);
        Helper<Object> previewStyles = (context, options) -> new Handlebars.SafeString(assets.previewStyles().stream()
                .map(address -> "\n<link rel=\"stylesheet\" href=\"" + address + "\">")
                .collect(Collectors.joining()));
        handlebars.registerHelper("previewStyles", previewStyles);
    }

    /**
     * Compiles templates.
     *
     * @param names constants, such as {@code admin/login}; never untrusted input
     * @throws UncheckedIOException if a template is missing or invalid
     */
    public Templates load(String... names) {
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
     * Renders a template. The duration is added to the rendering time of the current request.
     *
     * @throws UncheckedIOException if the template is missing
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
