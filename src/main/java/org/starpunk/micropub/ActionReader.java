package org.starpunk.micropub;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what a client asks for, from a form's fields or from JSON. */
final class ActionReader {

    /** {@code category[]}, {@code category[0]}, {@code content[html]}. */
    private static final Pattern BRACKETS = Pattern.compile("(.+?)\\[(\\d*|html|markdown)]");

    private ActionReader() {}

    static Action form(List<FormFields.Field> fields, List<String> files) {
        String action = FormFields.value(fields, "action");
        if (action != null && !action.equals("create")) {
            return onUrl(action, FormFields.value(fields, "url"));
        }
        requireEntry(FormFields.value(fields, "h"));
        Properties properties = Properties.empty();
        for (FormFields.Field field : fields) {
            if (!List.of("h", "action", "access_token", "url").contains(field.name())) {
                put(properties, field);
            }
        }
        return new Action.Create(properties, files);
    }

    private static void put(Properties properties, FormFields.Field field) {
        Matcher brackets = BRACKETS.matcher(field.name());
        if (!brackets.matches()) {
            properties.add(field.name(), field.value());
        } else if (Character.isLetter((brackets.group(2) + '0').charAt(0))) {
            properties.add(brackets.group(1), Map.of(brackets.group(2), field.value()));
        } else {
            properties.add(brackets.group(1), field.value());
        }
    }

    static Action json(Map<String, Object> body) {
        Object action = body.get("action");
        if (action == null || action.equals("create")) {
            requireEntry(type(body.get("type")));
            if (!(body.get("properties") instanceof Map<?, ?> properties)) {
                throw MicropubException.invalid("A new post needs properties, an object of arrays.");
            }
            return new Action.Create(Properties.of("properties", properties), List.of());
        }
        String url = body.get("url") instanceof String text ? text : null;
        if (action.equals("update") && url != null) {
            return new Action.Update(url, Changes.of(body));
        }
        return onUrl(action.toString(), url);
    }

    private static @Nullable String type(@Nullable Object type) {
        if (type == null) {
            return null;
        }
        if (type instanceof List<?> list
                && list.size() == 1
                && list.get(0) instanceof String name
                && name.startsWith("h-")) {
            return name.substring(2);
        }
        throw MicropubException.invalid("The type is not an array with one name in it, such as [\"h-entry\"].");
    }

    private static void requireEntry(@Nullable String type) {
        if (type != null && !type.equals("entry")) {
            throw MicropubException.invalid("This site keeps posts of the type h-entry only.");
        }
    }

    private static Action onUrl(String action, @Nullable String url) {
        if (url == null) {
            throw MicropubException.invalid("The action needs the url of a post.");
        }
        return switch (action) {
            case "delete" -> new Action.Delete(url);
            case "undelete" -> new Action.Undelete(url);
            case "update" -> throw MicropubException.invalid("An update is sent as JSON.");
            default -> throw MicropubException.invalid("This action is not known.");
        };
    }
}
