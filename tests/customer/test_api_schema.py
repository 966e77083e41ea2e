"""The intake API against its own description: right and wrong requests, as many as fit into half a minute."""

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from workbench.access import SYSTEM
from workbench.cases import intake
from workbench.cases.views import ClaimData
from workbench.settings import get_settings

# Wrong requests must be answered with 4xx and the one error shape, right ones as described, none with a fault of ours.
CONFIG = schemathesis.Config.from_dict(
    {
        "generation": {"mode": "all", "allow-x00": True},
        "phases": {"coverage": {"enabled": False}, "stateful": {"enabled": False}},
    }
)


@pytest.fixture
def known_case(server):
    return intake.open_case(SYSTEM, ClaimData(claim_number="KNOWN")).id


@pytest.fixture
def api(server, known_case):
    described = schemathesis.openapi.from_url(f"{server}/api/v1/openapi.json", config=CONFIG)

    @described.hook
    def map_path_parameters(context, path_parameters):
        # A random id is never a case: every second request goes to one that is there.
        if (
            path_parameters
            and len(str(path_parameters.get("case_id"))) == 36
            and str(path_parameters["case_id"])[-1] < "8"
        ):
            path_parameters["case_id"] = known_case
        return path_parameters

    return described


LIMITS = settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
def test_the_api_keeps_its_word(api, mode):
    headers = {"Authorization": f"Bearer {get_settings().intake_token_value()}"}
    seen = set()

    def check(case):
        answer = case.call(headers=headers)
        case.validate_response(answer, headers=headers)
        seen.add((case.operation.label, answer.status_code))
        if answer.status_code >= 400:
            body = answer.json()
            assert body["ok"] is False
            assert set(body["error"]) == {"code", "message", "remedy"}
            assert body["error"]["code"].startswith("TK-")

    for operation in api.get_all_operations():
        described = operation.ok()
        strategy = described.as_strategy(generation_mode=mode)
        LIMITS(given(case=strategy)(check))()
    answered = {status for _, status in seen}
    assert answered & ({200, 201} if mode is schemathesis.GenerationMode.POSITIVE else {400, 404, 405, 422}), seen


def test_the_description_is_complete(gateway):
    described = httpx.get(f"{gateway.base_url}/api/v1/openapi.json").json()
    assert set(described["paths"]) == {
        "/api/v1/cases",
        "/api/v1/cases/{case_id}",
        "/api/v1/cases/{case_id}/photos",
        "/api/v1/cases/{case_id}/complete",
    }
    for path in described["paths"].values():
        for operation in path.values():
            assert operation["summary"]
            assert operation["description"]
            assert {"401", "422"} <= set(operation["responses"])
    assert described["security"] == [{"gateway": []}]
