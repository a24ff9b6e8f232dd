package org.starpunk.micropub;

import org.starpunk.identity.Token;

/** Action of a Micropub request, with the validated access token. */
record AuthenticatedMicropubRequest(Token token, MicropubAction action) {}
