package org.starpunk.micropub;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Operations of an update (Micropub, section 3.4).
 *
 * @param replace properties with their new values
 * @param add values to add to a property
 * @param deleteValues values to delete
 * @param deleteNames properties to delete
 */
record UpdateOperations(
        MicroformatProperties replace,
        MicroformatProperties add,
        MicroformatProperties deleteValues,
        List<String> deleteNames) {

    /** Parses the operations in the JSON of an update. Rejects an update without operations. */
    static UpdateOperations of(Map<String, Object> body) {
        boolean any = body.containsKey("replace") || body.containsKey("add") || body.containsKey("delete");
        if (!any) {
            throw MicropubException.invalid("An update needs replace, add or delete.");
        }
        Object delete = body.get("delete");
        return new UpdateOperations(
                operation("replace", body.get("replace")),
                operation("add", body.get("add")),
                delete instanceof List<?> ? MicroformatProperties.empty() : operation("delete", delete),
                delete instanceof List<?> list ? names(list) : List.of());
    }

    private static MicroformatProperties operation(String name, @Nullable Object value) {
        if (value == null) {
            return MicroformatProperties.empty();
        }
        if (!(value instanceof Map<?, ?> object)) {
            throw MicropubException.invalid("The operation " + name + " is not an object of arrays.");
        }
        return MicroformatProperties.of(name, object);
    }

    private static List<String> names(List<?> list) {
        List<String> names = new ArrayList<>();
        for (Object name : list) {
            if (!(name instanceof String text)) {
                throw MicropubException.invalid("The operation delete must list names of properties.");
            }
            names.add(text);
        }
        return names;
    }

    /** Returns whether an operation affects a property. */
    boolean touches(String name) {
        return replace.has(name) || add.has(name) || deleteValues.has(name) || deleteNames.contains(name);
    }

    /**
     * Applies the operations in the order replace, add, delete.
     *
     * @throws MicropubException with status 400 if an operation is not allowed for its property
     */
    void apply(MicroformatProperties post) {
        String updated = String.valueOf(post.text("updated"));
        replace.values().forEach((name, values) -> post.values().put(name, new ArrayList<>(values)));
        add.values().forEach((name, values) -> values.forEach(value -> post.add(name, value)));
        post.removeValues(deleteValues);
        post.remove(deleteNames);
        for (String name : List.of("published", "post-status", "visibility", "url")) {
            if (touches(name) && post.text(name) == null) {
                throw MicropubException.invalid("The " + name + " of a post cannot be deleted. Replace it.");
            }
        }
        if (touches("updated") && !updated.equals(String.valueOf(post.text("updated")))) {
            throw MicropubException.invalid("The time of the last change, updated, is set by this site.");
        }
        for (String name : deleteValues.values().keySet()) {
            refuseCommand(name);
        }
        deleteNames.forEach(UpdateOperations::refuseCommand);
    }

    private static void refuseCommand(String name) {
        if (name.startsWith("mp-")) {
            throw MicropubException.invalid(name + " is a command, not a property, so it cannot be deleted.");
        }
    }
}
