// Unpacks the Chromium of @sparticuz/chromium into TMPDIR, with the shared
// libraries and the font that a bare machine lacks.
import { fileURLToPath } from "node:url";
import chromium, { inflate } from "@sparticuz/chromium";

await chromium.executablePath();
const libraries = new URL("../bin/al2023.tar.br", import.meta.resolve("@sparticuz/chromium"));
await inflate(fileURLToPath(libraries));
