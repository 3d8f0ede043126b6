"""The acts an officer can take on the case page, by the name of their step, stage by stage."""

from violations.admin.acts import (
    agencies,
    charges,
    evasions,
    explanations,
    licences,
    main_road,
    procedure,
    reliefs,
    remedies,
    second_looks,
    service,
)
from violations.admin.acts.base import Act

ACTS: dict[str, Act] = {
    **second_looks.ACTS,
    **main_road.ACTS,
    **charges.ACTS,
    **procedure.ACTS,
    **explanations.ACTS,
    **service.ACTS,
    **evasions.ACTS,
    **licences.ACTS,
    **reliefs.ACTS,
    **remedies.ACTS,
    **agencies.ACTS,
}
