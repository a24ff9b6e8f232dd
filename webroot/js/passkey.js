// Creates passkeys and logs in with them. The result of the browser is submitted with the form.

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** Decodes the base64url values of the options in the page. */
function decoded(options) {
  const ids = (list) => list?.map((credential) => ({ ...credential, id: bytes(credential.id) }));
  return {
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
    ...(options.excludeCredentials && { excludeCredentials: ids(options.excludeCredentials) }),
  };
}

/** Encodes the fields of a credential that the server verifies. */
function encoded(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) {
      response[name] = text(credential.response[name]);
    }
  }
  return JSON.stringify({ id: credential.id, rawId: credential.id, type: credential.type, response });
}

function why(error) {
  switch (error.name) {
    case "NotAllowedError":
      return "That took too long, or was cancelled.";
    case "InvalidStateError":
      return "This device has a passkey for this site already.";
    default:
      return `Your browser says: ${error.message}`;
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const says = form.querySelector("[data-passkey-says]");
  const button = form.querySelector("button");
  if (form.dataset.obstacle) {
    says.textContent = form.dataset.passkey === "get" ? form.dataset.obstacle : ""; // the page of passkeys shows it above
  } else if (!window.PublicKeyCredential) {
    says.textContent = "This browser knows no passkeys, or the page did not come over HTTPS.";
  } else if (location.origin !== form.dataset.origin) {
    says.textContent = `Passkeys of this site work at ${form.dataset.origin} only.`;
  } else {
    says.textContent = "";
    button.disabled = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      says.textContent = "Waiting for the passkey …";
      try {
        const publicKey = decoded(JSON.parse(form.dataset.options));
        form.elements.credential.value = encoded(await navigator.credentials[form.dataset.passkey]({ publicKey }));
        form.submit();
      } catch (error) {
        says.textContent = why(error);
        button.disabled = false;
      }
    });
  }
}
