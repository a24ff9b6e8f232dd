package org.starpunk.micropub;

import org.starpunk.identity.Token;

/** What a client asks for, and the token that it showed. */
record AuthenticatedMicropubRequest(Token token, MicropubAction action) {}
